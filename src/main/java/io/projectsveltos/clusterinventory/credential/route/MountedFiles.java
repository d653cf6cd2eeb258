package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/**
 * Reads files for custom provider routes, each time that a route asks for one: a mounted Secret that rotates is used without
 * a restart, and its value is not in a setting.
 */
public final class MountedFiles {

    private static final int MAX_BYTES = 1024 * 1024;

    /**
     * Reads a text.
     *
     * @param file the path of the file, without {@code ..}: a part of it may come from a profile
     * @return its content in UTF-8, without white space at the end: editors and {@code echo} add a new line
     * @throws ReconcileFailure if it cannot be read, or is larger than 1 MiB
     */
    public String read(String file) {
        Path path = Path.of(file);
        boolean leadsElsewhere = StreamSupport.stream(path.spliterator(), false)
                .anyMatch(part -> part.toString().equals(".."));
        if (leadsElsewhere) {
            throw unusable(file, "contains '..'", "correct the setting with the path");
        }
        try (InputStream content = Files.newInputStream(path)) {
            byte[] bytes = content.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw unusable(file, "is larger than 1 MiB", "check that it is the right one");
            }
            return new String(bytes, StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw unusable(
                    file,
                    "cannot be read (" + e.getClass().getSimpleName() + ")",
                    "check that it is mounted, and that the controller may read it");
        }
    }

    private static ReconcileFailure unusable(String file, String fault, String advice) {
        return new ReconcileFailure(
                Reason.ExecPluginFailed, "The file " + file + ", which a route reads, " + fault + ": " + advice);
    }
}
