package io.projectsveltos.clusterinventory.benchmark;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** A controller that runs, as a process of its own. */
final class ControllerUnderTest implements AutoCloseable {

    /** Garbage collection, lease renewals and health checks of an idle controller stay below it. */
    private static final double IDLE_SHARE = 0.02;

    /** An answer costs the controller CPU time, too. */
    private static final Duration POLL = Duration.ofMillis(50);

    private static final int HTTP_TIMEOUT_MILLIS = 1000;
    private static final long STOP_SECONDS = 60;

    private final Process process;
    private final MeasuredProcess measured;
    private final Stopwatch sinceStart;
    private final int healthPort;

    private ControllerUnderTest(Process process, String name, Stopwatch sinceStart, int healthPort) {
        this.process = process;
        this.measured = new MeasuredProcess(name, process.toHandle());
        this.sinceStart = sinceStart;
        this.healthPort = healthPort;
    }

    /**
     * Starts it.
     *
     * @param log to which its output is appended
     */
    static ControllerUnderTest start(ControllerCommand command, Path kubeconfig, Path log) throws IOException {
        ControllerCommand.Resolved resolved = command.resolve(kubeconfig);
        ProcessBuilder builder = new ProcessBuilder(resolved.words())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Stopwatch sinceStart = Stopwatch.start();
        Process process = builder.start();
        // an interrupted run leaves nothing behind
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new ControllerUnderTest(process, command.name(), sinceStart, resolved.healthPort());
    }

    Stopwatch sinceStart() {
        return sinceStart;
    }

    MeasuredProcess process() {
        return measured;
    }

    /**
     * Waits until {@code /readyz} answers with 200.
     *
     * @return seconds since the start; empty if the command does not say where {@code /readyz} is
     */
    OptionalDouble awaitReady(Duration timeout) {
        if (healthPort == 0) {
            return OptionalDouble.empty();
        }
        while (!isReady()) {
            if (sinceStart.seconds() > timeout.toSeconds()) {
                throw new IllegalStateException(measured.name() + " is not ready after " + timeout.toSeconds() + " s");
            }
            measured.runFor(POLL);
        }
        return OptionalDouble.of(sinceStart.seconds());
    }

    /** Waits until it is idle, or until the limit. */
    void settle(Duration limit) {
        if (!measured.settle(IDLE_SHARE, limit)) {
            System.err.println("  " + measured.name() + " is still busy after " + limit.toSeconds() + " s");
        }
    }

    /** Stops it as a kubelet does. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(measured.name() + " still runs a minute after SIGTERM");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean isReady() {
        try {
            HttpURLConnection request = (HttpURLConnection) URI.create("http://127.0.0.1:" + healthPort + "/readyz")
                    .toURL()
                    .openConnection();
            request.setConnectTimeout(HTTP_TIMEOUT_MILLIS);
            request.setReadTimeout(HTTP_TIMEOUT_MILLIS);
            return request.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            // it does not listen yet
            return false;
        }
    }
}
