package io.projectsveltos.clusterinventory.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.opentest4j.TestAbortedException;

/** The helm that {@code .ci/helm} builds. */
final class Helm {

    static final String VERSION = "4.3.1";

    private final Path program;

    private Helm(Path program) {
        this.program = program;
    }

    /**
     * Finds it. Without it the calling test is skipped; if the system property helm is "required", it fails.
     */
    static Helm find() {
        Path cache = Path.of(Objects.requireNonNullElse(
                System.getenv("XDG_CACHE_HOME"), Path.of(System.getProperty("user.home"), ".cache") + ""));
        Path program = cache.resolve("clusterinventory-camel/helm-" + VERSION + "/helm");
        if (Files.isExecutable(program)) {
            return new Helm(program);
        }
        String message =
                "No helm to test the chart with: put helm " + VERSION + " at " + program + ", as .ci/helm does";
        if ("required".equals(System.getProperty("helm"))) {
            throw new IllegalStateException(message);
        }
        // the test report does not say why a whole class was skipped
        System.err.println(message);
        throw new TestAbortedException(message);
    }

    /**
     * Runs helm.
     *
     * @return its standard output
     * @throws IllegalStateException with its standard error, when it failed
     */
    String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile("helm", ".out");
            Path err = Files.createTempFile("helm", ".err");
            try {
                int code = new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start()
                        .waitFor();
                if (code != 0) {
                    throw new IllegalStateException(String.join(" ", command) + ":\n" + Files.readString(err));
                }
                return Files.readString(out);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
