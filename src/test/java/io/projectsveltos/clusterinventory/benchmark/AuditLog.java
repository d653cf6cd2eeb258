package io.projectsveltos.clusterinventory.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The audit log of a server with one user of interest. The server writes it before it answers. */
record AuditLog(Path file, String user) {

    /** Where the log ends now, in bytes. */
    long end() {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the user has requested since the log ended there. */
    RequestCounts requestsSince(long end) {
        try (InputStream log = Files.newInputStream(file)) {
            log.skipNBytes(end);
            Stream<String> lines = new BufferedReader(new InputStreamReader(log, StandardCharsets.UTF_8)).lines();
            // the last line may be half written
            return RequestCounts.count(lines.filter(line -> line.endsWith("}")), user);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
