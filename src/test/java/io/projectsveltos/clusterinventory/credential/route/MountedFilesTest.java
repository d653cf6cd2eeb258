package io.projectsveltos.clusterinventory.credential.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedFilesTest {

    private final MountedFiles files = new MountedFiles();

    @TempDir
    private Path folder;

    @Test
    void readsAFileEachTime() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "first\n");
        assertEquals("first", files.read(token.toString()));

        Files.writeString(token, "second");

        assertEquals("second", files.read(token.toString()));
    }

    @Test
    void saysWhichFileCannotBeRead() {
        assertTrue(message(folder.resolve("missing").toString())
                .contains("missing, which a route reads, cannot be read (NoSuchFileException)"));
        assertTrue(message(folder.toString()).contains("cannot be read"));
    }

    @Test
    void readsNothingElsewhere() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("secret"), "value");
        Path path =
                Files.createDirectory(folder.resolve("tokens")).resolve("..").resolve(elsewhere.getFileName());

        assertTrue(message(path.toString()).contains("contains '..'"));
    }

    @Test
    void readsAMebibyteAndNoMore() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[1024 * 1024]);
        assertEquals(1024 * 1024, files.read(file.toString()).length());

        Files.write(file, new byte[1024 * 1024 + 1]);

        assertTrue(message(file.toString()).contains("is larger than 1 MiB"));
    }

    private String message(String file) {
        return assertThrows(ReconcileFailure.class, () -> files.read(file)).getMessage();
    }
}
