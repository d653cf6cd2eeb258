package io.projectsveltos.clusterinventory.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The route files that one place stands for. */
public final class RouteFiles {

    private RouteFiles() {}

    /**
     * Lists them.
     *
     * @param place a file, or a folder such as a mounted ConfigMap
     * @return the file; of a folder every {@code *.yaml} by name, which may be none. Folders in it are left out: a
     *     mounted ConfigMap has each file a second time in one.
     * @throws UncheckedIOException when the folder cannot be read
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
