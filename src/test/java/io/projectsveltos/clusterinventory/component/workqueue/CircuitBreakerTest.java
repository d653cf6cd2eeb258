package io.projectsveltos.clusterinventory.component.workqueue;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the keys of a queue are held back, and what the log says about it. */
@Timeout(60)
class CircuitBreakerTest {

    private static final Duration NOT_SAID = Duration.ZERO;

    private final AtomicLong clock =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(1).toNanos());
    private final CircuitBreaker breaker = new CircuitBreaker("The server", clock::get);
    private final WorkQueue queue = new WorkQueue(Backoff.DEFAULT, clock::get);

    @AutoClose
    private final LogCapture log = LogCapture.started();

    @BeforeEach
    void start() {
        queue.useCircuitBreaker(breaker);
        IntStream.range(0, 300).forEach(i -> queue.add("key-" + i));
    }

    @Test
    void handsOutKeysWhileClosed() {
        breaker.succeeded();

        assertEquals(List.of("key-0", "key-1"), List.of(queue.poll(), queue.poll()));
    }

    @Test
    void staysClosedAfterSingleFailures() {
        for (int i = 0; i < 10; i++) {
            breaker.failed("connection refused", NOT_SAID);
            breaker.failed("429 too many requests", Duration.ofSeconds(1));
            breaker.succeeded();
        }

        assertEquals("key-0", queue.poll());
        assertEquals(List.of(), log.lines());
    }

    @Test
    void holdsBackAllKeysAfterThreeFailuresInARow() {
        fail(3);

        assertNull(queue.poll());
        assertEquals(300, queue.depth());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 4", "60, 60"})
    void pausesForAsLongAsTheServerAsks(int asked, int expected) {
        open(Duration.ofSeconds(asked));

        advance(Duration.ofSeconds(expected).minusNanos(1));
        assertNull(queue.poll());
        advance(Duration.ofNanos(1));
        assertEquals("key-0", queue.poll());
    }

    @Test
    void extendsThePauseAfterLateFailuresOnlyIfTheServerAsksForIt() {
        open(Duration.ofSeconds(1));
        breaker.failed("429 too many requests", Duration.ofSeconds(3));
        breaker.failed("503 unavailable", NOT_SAID);

        advance(Duration.ofSeconds(2));
        assertNull(queue.poll());
        advance(Duration.ofSeconds(1));
        assertEquals("key-0", queue.poll());
    }

    @Test
    void admitsOneKeyAtATimeUntilTheServerAnswers() {
        fail(3);
        advance(Duration.ofSeconds(1));

        assertEquals("key-0", queue.poll());
        assertNull(queue.poll());
        queue.done("key-0");
        assertEquals("key-1", queue.poll(), "the one before made no request");
        assertNull(queue.poll());
        breaker.succeeded();
        assertEquals("key-2", queue.poll());
        assertEquals("key-3", queue.poll());
    }

    @Test
    void pausesLongerAfterEachFailedTrialUpToFiveSeconds() {
        fail(3);
        for (int seconds : new int[] {1, 2, 4, 5, 5}) {
            advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertNull(queue.poll());
            advance(Duration.ofMillis(1));
            String key = queue.poll();
            assertTrue(key != null);
            breaker.failed("503 unavailable", NOT_SAID);
            queue.addRateLimited(key);
            queue.done(key);
        }
    }

    @Test
    void doesNotEndThePauseAfterALateSuccess() {
        open(Duration.ofSeconds(1));
        breaker.succeeded();

        assertNull(queue.poll());
    }

    @Test
    void logsOneLinePerOutage() {
        for (int i = 0; i < 50; i++) {
            breaker.failed("429 too many requests", Duration.ofSeconds(1));
            advance(Duration.ofSeconds(5));
            queue.poll();
        }

        assertEquals(
                List.of("WARN The server: 429 too many requests; pausing all work and probing with one request at a"
                        + " time until it answers"),
                log.lines());
    }

    @Test
    void logsOneLineInThirtySecondsForAFlappingServer() {
        for (int second = 0; second < 60; second++) {
            open(Duration.ofSeconds(1));
            advance(Duration.ofSeconds(1));
            queue.done(queue.poll());
            breaker.succeeded();
        }

        assertEquals(2, log.lines().size(), log.lines()::toString);
    }

    @Test
    void isNotReportedAsAStandstillOfTheQueue() {
        fail(3);
        advance(Duration.ofMinutes(10));

        assertEquals(0, queue.standstillSeconds());
        breaker.admit(clock.get());
        breaker.succeeded();
        advance(Duration.ofSeconds(7));
        assertEquals(7, queue.standstillSeconds());
    }

    @Test
    void wakesWorkersOfAllQueuesThatShareIt() throws InterruptedException {
        CircuitBreaker shared = new CircuitBreaker("The server");
        List<WorkQueue> queues = List.of(new WorkQueue(), new WorkQueue());
        queues.forEach(one -> one.useCircuitBreaker(shared));
        IntStream.range(0, 3).forEach(i -> shared.failed("429 too many requests", Duration.ofMillis(1)));
        ExecutorService workers = Executors.newFixedThreadPool(8);
        IntStream.range(0, 8).forEach(i -> workers.execute(() -> work(queues.get(i % 2), shared)));

        IntStream.range(0, 100).forEach(i -> queues.get(i % 2).add("key-" + i));
        IntStream.range(0, 100).forEach(i -> queues.get(i % 2).add("more-" + i));

        await().until(() -> queues.stream().allMatch(one -> one.depth() == 0 && one.inFlight() == 0));
        workers.shutdownNow();
        assertTrue(workers.awaitTermination(10, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void wakesAWorkerThatReadsTheClockWhileThePauseEnds(int nanosBefore) throws InterruptedException {
        AtomicLong ticking = new AtomicLong();
        CircuitBreaker paused = new CircuitBreaker("The server", ticking::incrementAndGet);
        WorkQueue held = new WorkQueue(Backoff.DEFAULT, ticking::incrementAndGet);
        held.useCircuitBreaker(paused);
        IntStream.range(0, 3).forEach(i -> paused.failed("429 too many requests", Duration.ofSeconds(1)));
        held.add("key");
        ticking.set(Duration.ofSeconds(1).toNanos() - nanosBefore);

        assertEquals("key", assertTimeoutPreemptively(Duration.ofSeconds(10), () -> held.take()));
    }

    /** The first requests for two keys are refused. */
    private static void work(WorkQueue queue, CircuitBreaker breaker) {
        try {
            while (true) {
                String key = queue.take();
                if (key.endsWith("-57") && queue.requeues(key) == 0) {
                    breaker.failed("429 too many requests", Duration.ofMillis(1));
                    queue.addRateLimited(key);
                } else {
                    breaker.succeeded();
                }
                queue.done(key);
            }
        } catch (InterruptedException e) {
            // the end of the test
        }
    }

    private void open(Duration asked) {
        IntStream.range(0, 3).forEach(i -> breaker.failed("429 too many requests", asked));
    }

    private void fail(int times) {
        IntStream.range(0, times).forEach(i -> breaker.failed("connection refused", NOT_SAID));
    }

    private void advance(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}
