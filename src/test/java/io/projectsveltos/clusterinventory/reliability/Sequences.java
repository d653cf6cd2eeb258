package io.projectsveltos.clusterinventory.reliability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Many random sequences, several dozen at the same time. */
final class Sequences {

    private static final int MOST_AT_A_TIME = 100;
    private static final int THREADS = 4;
    private static final int MOST_SHOWN = 5;
    private static final Duration EVENT_WITHIN = Duration.ofSeconds(4);

    private final Fleet fleet;
    private final Duration limit;
    private final boolean isSharded;
    private final long begin = System.nanoTime();
    private final List<String> events = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Sequence> ended = new ArrayList<>();

    /**
     * Begins without profiles.
     *
     * @param limit how long it may take until the outputs of a profile are right
     * @param isSharded whether profiles move between deployments
     */
    Sequences(Fleet fleet, Duration limit, boolean isSharded) {
        this.fleet = fleet;
        this.limit = limit;
        this.isSharded = isSharded;
    }

    /**
     * Runs sequences, in rounds. In every second one something happens to the controller; in the others only a change can
     * lead to a reconcile.
     *
     * @param number how many
     * @param seed of the first; each has the next
     * @param event does it to the controller and says what, given how often it did so before
     */
    void run(int number, long seed, IntFunction<String> event) {
        int atATime = Math.max(1, Math.min(MOST_AT_A_TIME, number / 2));
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);
        try {
            for (int first = 0; first < number && failures.isEmpty(); first += atATime) {
                List<Sequence> round = IntStream.range(first, Math.min(number, first + atATime))
                        .mapToObj(i -> new Sequence(fleet.add("sequence-" + i), seed + i, begin, isSharded))
                        .toList();
                CountDownLatch running = new CountDownLatch(round.size());
                round.forEach(sequence -> threads.execute(() -> turn(sequence, threads, running)));
                if (first / atATime % 2 == 1) {
                    int delay = new Random(seed + first).nextInt((int) EVENT_WITHIN.toMillis());
                    running.await(delay, TimeUnit.MILLISECONDS);
                    happen(event);
                }
                running.await();
                ended.addAll(round);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    Recovery recovery() {
        Duration longest =
                ended.stream().map(Sequence::longest).max(Duration::compareTo).orElse(Duration.ZERO);
        List<Difference> left =
                ended.stream().flatMap(sequence -> sequence.left().stream()).toList();
        return new Recovery(longest, left);
    }

    /** What went wrong, with the history of each profile and of the controllers; empty if nothing did. */
    String failures() {
        return failures.isEmpty()
                ? ""
                : String.join("\n", failures) + "\nthe controllers:\n" + String.join("\n", events);
    }

    int events() {
        return events.size();
    }

    private void happen(IntFunction<String> event) {
        long before = System.nanoTime();
        String what = event.apply(events.size());
        events.add("%7.2f to %.2f %s".formatted((before - begin) / 1e9, (System.nanoTime() - begin) / 1e9, what));
    }

    private void turn(Sequence sequence, ScheduledExecutorService threads, CountDownLatch running) {
        Duration next = null;
        try {
            next = sequence.turn(limit);
            if (!sequence.left().isEmpty()) {
                failures.add(sequence.history());
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add(sequence.history() + "\n  " + e);
        }
        if (next == null) {
            running.countDown();
        } else {
            threads.schedule(() -> turn(sequence, threads, running), next.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
