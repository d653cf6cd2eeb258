package io.projectsveltos.clusterinventory.testing;

import static org.awaitility.Awaitility.await;

import io.projectsveltos.clusterinventory.apiserver.Signals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged controller as a process of its own. */
public final class ControllerProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target/clusterinventory-camel.jar");

    private final Process process;
    private final Path out;
    private final Path err;

    private ControllerProcess(Path directory, Map<String, String> environment, List<String> flags) {
        out = directory.resolve("controller.out");
        err = directory.resolve("controller.err");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toString(),
                // several run on one machine
                "--health-addr=0",
                "--diagnostics-address=0"));
        line.addAll(flags);
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a controller.
     *
     * @param directory for its output
     * @param environment in addition to that of this process
     * @param flags its command line
     */
    public static ControllerProcess start(Path directory, Map<String, String> environment, String... flags) {
        return new ControllerProcess(directory, environment, List.of(flags));
    }

    /** Its standard output so far. */
    public List<String> lines() {
        return read(out);
    }

    public List<String> errors() {
        return read(err);
    }

    public void awaitLine(String part) {
        await().atMost(Duration.ofMinutes(1)).until(() -> lines().stream().anyMatch(line -> line.contains(part)));
    }

    /** Stops it as a kubelet does, and waits for its end; returns how long that took. */
    public Duration terminate() {
        long before = System.nanoTime();
        process.destroy();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new AssertionError("still runs after a minute: " + lines());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return Duration.ofNanos(System.nanoTime() - before);
    }

    /** Waits until it exits by itself; returns the exit code. */
    public int awaitExit(Duration atMost) {
        await().atMost(atMost).pollInterval(Duration.ofMillis(50)).until(() -> !process.isAlive());
        return exitCode();
    }

    public int exitCode() {
        return process.exitValue();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal, such as STOP. */
    public void signal(String name) {
        Signals.send(process, name);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
