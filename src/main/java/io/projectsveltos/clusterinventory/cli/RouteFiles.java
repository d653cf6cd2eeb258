package io.projectsveltos.clusterinventory.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds route files. */
public final class RouteFiles {

    private RouteFiles() {}

    /**
     * Lists the route files of a path.
     *
     * @param place a file, or a folder such as a mounted ConfigMap
     * @return the file, or the files of the folder in the order of their names: {@code *.yaml}, and what was probably meant to
     *     be read, which is refused later, {@code *.yml} and folders that have such files. A name that begins with a dot
     *     does not count: a mounted ConfigMap has a second copy of each file in such a folder.
     * @throws UncheckedIOException if the folder cannot be read
     */
    public static List<Path> of(Path place) {
        return Files.isDirectory(place)
                ? list(place, entry -> isYaml(entry) || Files.isDirectory(entry) && hasYaml(entry))
                : List.of(place);
    }

    private static boolean isYaml(Path entry) {
        return entry.toString().matches(".*\\.ya?ml") && Files.isRegularFile(entry);
    }

    private static boolean hasYaml(Path folder) {
        return Files.isReadable(folder) && !list(folder, RouteFiles::isYaml).isEmpty();
    }

    private static List<Path> list(Path folder, Predicate<Path> filter) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .filter(filter)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
