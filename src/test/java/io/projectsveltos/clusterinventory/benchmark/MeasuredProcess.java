package io.projectsveltos.clusterinventory.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A process and all that it has started, as {@code /proc} describes them. */
public record MeasuredProcess(String name, ProcessHandle root) {

    private static final Duration SETTLE_WINDOW = Duration.ofSeconds(3);
    private static final double KIB_PER_MIB = 1024;

    /** CPU time so far, in seconds. A process of the tree that has ended counts once its parent has waited for it. */
    double cpuSeconds() {
        return sum("stat", stat -> ProcessStat.parse(stat).seconds());
    }

    /** CPU time of this process so far, in seconds, without that of what it has started. */
    static double ownCpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1000.0;
    }

    /** The memory that is resident now, in MiB. Pages that two processes share count twice. */
    double rssMib() {
        return sum("status", status -> mib(status, "VmRSS"));
    }

    /** The most memory that was ever resident, in MiB; of more than one process, the sum of what each had at its peak. */
    double peakRssMib() {
        return sum("status", status -> mib(status, "VmHWM"));
    }

    /** Throws if it has ended. */
    void requireAlive() {
        if (!root.isAlive()) {
            throw new IllegalStateException(name + " has ended");
        }
    }

    /**
     * Lets time pass.
     *
     * @throws IllegalStateException if the process ends in that time
     */
    public void runFor(Duration time) {
        try {
            root.onExit().get(time.toNanos(), TimeUnit.NANOSECONDS);
            throw new IllegalStateException(name + " has ended");
        } catch (TimeoutException e) {
            // it still runs, as it should
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Waits until the process is idle, which is when it uses less than a share of one core for three seconds.
     *
     * @return whether it became idle within the limit
     */
    boolean settle(double idleShare, Duration limit) {
        double idle = idleShare * SETTLE_WINDOW.toSeconds();
        for (long windows = limit.dividedBy(SETTLE_WINDOW); windows > 0; windows--) {
            double before = cpuSeconds();
            runFor(SETTLE_WINDOW);
            if (cpuSeconds() - before < idle) {
                return true;
            }
        }
        return false;
    }

    /** A value of {@code /proc/PID/status} that is in KiB there. */
    public static double mib(String status, String field) {
        return status.lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / KIB_PER_MIB)
                .sum();
    }

    private double sum(String file, ToDoubleFunction<String> value) {
        return Stream.concat(Stream.of(root), root.descendants())
                .map(process -> read(process, file))
                .filter(content -> !content.isEmpty())
                .mapToDouble(value)
                .sum();
    }

    /** Empty if the process has ended. */
    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), file));
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
