package io.projectsveltos.clusterinventory.reliability;

import static org.awaitility.Awaitility.await;

import io.projectsveltos.clusterinventory.apiserver.Signals;
import io.projectsveltos.clusterinventory.benchmark.ControllerCommand;
import io.projectsveltos.clusterinventory.testing.Scrape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A controller as a process of its own: this project's jar, or the command in the system property faults.controller, where
 * {@code {kubeconfig}}, {@code {providers}}, {@code {health}} and {@code {metrics}} are replaced.
 */
final class TestedController implements AutoCloseable {

    private static final String OTHER = System.getProperty("faults.controller", "");

    /** The options of the image, with the memory limit of the manifests. */
    private static final String OURS = Path.of(System.getProperty("java.home"), "bin", "java")
            + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxRAM=256m -XX:MaxRAMPercentage=40"
            + " -XX:+ExitOnOutOfMemoryError -jar target/clusterinventory-camel.jar"
            + " --kubeconfig={kubeconfig} --clusterprofile-provider-file={providers}"
            + " --health-addr=127.0.0.1:{health} --diagnostics-address=127.0.0.1:{metrics} --insecure-diagnostics";

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final Process process;
    private final Path log;
    private final ControllerCommand.Resolved command;

    private TestedController(Process process, Path log, ControllerCommand.Resolved command) {
        this.process = process;
        this.log = log;
        this.command = command;
    }

    /** Whether it is this project's: another one is measured, and is not held to this project's contract. */
    static boolean isOurs() {
        return OTHER.isEmpty();
    }

    /** The command that is started. */
    static String command() {
        return isOurs() ? OURS : OTHER;
    }

    /**
     * Starts a controller.
     *
     * @param directory for its output, which is appended to that of an earlier one
     * @param moreFlags options of this project's, which another command is started without
     */
    static TestedController start(Path kubeconfig, Path providerFile, Path directory, String... moreFlags) {
        return start(kubeconfig, providerFile, directory, Map.of(), moreFlags);
    }

    /**
     * Starts a controller with settings that are not flags.
     *
     * @param settings environment variables of this project's, which another command is started without
     */
    static TestedController start(
            Path kubeconfig, Path providerFile, Path directory, Map<String, String> settings, String... moreFlags) {
        String line = command().replace("{providers}", "'" + providerFile + "'");
        ControllerCommand.Resolved command = new ControllerCommand("controller", line).resolve(kubeconfig);
        List<String> words = new ArrayList<>(command.words());
        ProcessBuilder builder = new ProcessBuilder();
        if (isOurs()) {
            words.addAll(List.of(moreFlags));
            builder.environment().putAll(settings);
        }
        Path log = directory.resolve("controller.log");
        try {
            Process process = builder.command(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new TestedController(process, log, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has written, and those before it in the same directory. */
    List<String> lines() {
        try {
            return Files.readAllLines(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How much it has written, and those before it in the same directory. */
    long logBytes() {
        try {
            return Files.size(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isReady() {
        return status("/readyz") == 200;
    }

    boolean isLive() {
        return status("/healthz") == 200;
    }

    void awaitReady() {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .failFast("it ended: see " + log, () -> !isAlive())
                .until(this::isReady);
    }

    Scrape metrics() {
        try {
            return Scrape.of(get(command.metricsPort(), "/metrics").body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal, such as STOP. */
    void signal(String name) {
        Signals.send(process, name);
    }

    /** Ends it as a crash would. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Stops it as a kubelet does. */
    void terminate() {
        process.destroy();
        await().atMost(SOON).until(() -> !isAlive());
    }

    @Override
    public void close() {
        kill();
    }

    private int status(String path) {
        try {
            return get(command.healthPort(), path).statusCode();
        } catch (IOException e) {
            // it does not listen
            return 0;
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
