package io.projectsveltos.clusterinventory.reliability;

import io.projectsveltos.clusterinventory.testing.Scrape;
import java.time.Duration;
import java.util.Map;

/**
 * What only grows, of which the rate matters.
 *
 * @param nanoTime when it was read
 * @param logBytes what the controller has written
 * @param waitedSeconds how long keys have waited in the queues of profiles and credentials, together; those of Events limit
 *     their rate themselves
 * @param keys how many have waited
 */
record Counters(long nanoTime, long logBytes, double waitedSeconds, double keys) {

    private static final String WAITED = "workqueue_queue_duration_seconds";
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double BYTES_PER_KIB = 1024;
    private static final double NANOS_PER_MINUTE = Duration.ofMinutes(1).toNanos();

    static Counters of(TestedController controller) {
        Scrape metrics = controller.metrics();
        return new Counters(
                System.nanoTime(),
                controller.logBytes(),
                sum(metrics, WAITED + "_sum"),
                sum(metrics, WAITED + "_count"));
    }

    /** The rates from then until now. */
    Usage since(Counters before) {
        double minutes = (nanoTime - before.nanoTime) / NANOS_PER_MINUTE;
        return new Usage(Map.of(
                Resource.LOG,
                (logBytes - before.logBytes) / BYTES_PER_KIB / minutes,
                Resource.QUEUE_AGE,
                (waitedSeconds - before.waitedSeconds) * MILLIS_PER_SECOND / Math.max(1, keys - before.keys)));
    }

    private static double sum(Scrape metrics, String series) {
        return metrics.lines().stream()
                .filter(line -> line.startsWith(series + "{") && !line.contains("-events\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
