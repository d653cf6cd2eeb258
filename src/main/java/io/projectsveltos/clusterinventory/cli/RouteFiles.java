package io.projectsveltos.clusterinventory.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds route files. */
public final class RouteFiles {

    private RouteFiles() {}

    /**
     * Lists the route files of a path.
     *
     * @param place a file, or a folder such as a mounted ConfigMap
     * @return the file, or the {@code *.yaml} files of the folder in the order of their names. Folders in the folder are
     *     skipped: a mounted ConfigMap has a second copy of each file in one.
     * @throws UncheckedIOException if the folder cannot be read
     */
    public static List<Path> of(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (Stream<Path> entries = Files.list(place)) {
            return entries.filter(entry -> entry.toString().endsWith(".yaml"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
