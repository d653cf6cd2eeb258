package io.projectsveltos.clusterinventory.component.workqueue;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkQueueTest {

    private static final int KEYS = 20;

    // a nanosecond clock may start anywhere: this one wraps around after a second
    private final AtomicLong clock =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(1).toNanos());
    private final WorkQueue queue = new WorkQueue(Backoff.DEFAULT, clock::get);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stopThreads() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
    }

    @Test
    void queuesAKeyOnceEvenIfAddedRepeatedly() throws Exception {
        queue.add("a");
        queue.add("b");
        queue.add("a");

        assertEquals(2, queue.depth());
        assertEquals(2, queue.adds());
        assertEquals(List.of("a", "b"), takeAll());
    }

    @Test
    void handsOutAKeyToOneWorkerAtATime() throws Exception {
        queue.add("a");
        queue.take();

        queue.add("a");
        queue.add("a");

        assertEquals(0, queue.depth());
        assertEquals(1, queue.inFlight());
        queue.done("a");
        assertEquals(1, queue.depth());
        assertEquals(0, queue.inFlight());
        assertEquals(2, queue.adds());
        assertEquals(List.of("a"), takeAll());
    }

    @Test
    void forgetsAKeyThatIsDone() throws Exception {
        queue.add("a");
        queue.done(queue.take());

        assertEquals(0, queue.depth());
        assertEquals(0, queue.inFlight());
    }

    @Test
    void ignoresDoneForAKeyThatWasNotTaken() {
        queue.add("a");
        queue.done("a");
        queue.done("b");

        assertEquals(1, queue.depth());
    }

    @Test
    void delaysAFailedKeyByTheLongerOfItsBackoffAndTheRequestedTime() throws Exception {
        queue.add("a");
        queue.take();
        queue.addRateLimited("a", Duration.ofSeconds(3));
        queue.done("a");
        advance(Duration.ofSeconds(3).minusNanos(1));
        assertEquals(0, queue.depth());
        advance(Duration.ofNanos(1));

        queue.take();
        queue.addRateLimited("a", Duration.ofMillis(1));
        queue.done("a");
        advance(Duration.ofMillis(10).minusNanos(1));
        assertEquals(0, queue.depth());
        advance(Duration.ofNanos(1));
        assertEquals(1, queue.depth());
    }

    @Test
    void delaysAFailedKeyByTheGivenTimeInPlaceOfItsBackoffWhichGoesOnFromThere() throws Exception {
        queue.add("a");
        queue.take();
        queue.addFailed("a", Duration.ofMillis(2));
        queue.done("a");
        advance(Duration.ofMillis(2));
        assertEquals(1, queue.depth());

        queue.take();
        queue.addRateLimited("a");
        queue.done("a");
        advance(Duration.ofMillis(10).minusNanos(1));
        assertEquals(0, queue.depth(), "the second failure");
        advance(Duration.ofNanos(1));
        assertEquals(1, queue.depth());
    }

    @Test
    void refusesANullKey() {
        assertThrows(NullPointerException.class, () -> queue.add(null));
        assertThrows(NullPointerException.class, () -> queue.addAfter(null, Duration.ofMillis(1)));
    }

    @Test
    void handsOutDelayedKeysInTheOrderOfTheirDelays() throws Exception {
        queue.addAfter("late", Duration.ofSeconds(3));
        queue.addAfter("early", Duration.ofSeconds(1));
        queue.addAfter("middle", Duration.ofSeconds(2));
        queue.addAfter("middle too", Duration.ofSeconds(2));
        assertEquals(4, queue.waiting());
        assertEquals(0, queue.depth());

        advance(Duration.ofSeconds(3));
        queue.add("after all of them");

        assertEquals(0, queue.waiting());
        assertEquals(List.of("early", "middle", "middle too", "late", "after all of them"), takeAll());
    }

    @Test
    void delaysAKeyToTheNanosecond() {
        queue.addAfter("a", Duration.ofSeconds(1));

        clock.addAndGet(Duration.ofSeconds(1).toNanos() - 1);
        assertEquals(0, queue.depth());

        clock.addAndGet(1);
        assertEquals(1, queue.depth());
    }

    @Test
    void usesTheEarliestOfSeveralDelaysOfAKey() throws Exception {
        queue.addAfter("shortened", Duration.ofSeconds(10));
        queue.addAfter("shortened", Duration.ofSeconds(1));
        queue.addAfter("not prolonged", Duration.ofSeconds(1));
        queue.addAfter("not prolonged", Duration.ofSeconds(10));
        assertEquals(2, queue.waiting());

        advance(Duration.ofSeconds(1));

        assertEquals(List.of("shortened", "not prolonged"), takeAll());
        advance(Duration.ofSeconds(10));
        assertEquals(0, queue.depth());
    }

    @Test
    void addsImmediatelyIfTheDelayIsZeroOrNegative() throws Exception {
        queue.addAfter("a", Duration.ZERO);
        queue.addAfter("b", Duration.ofSeconds(Long.MIN_VALUE));

        assertEquals(List.of("a", "b"), takeAll());
    }

    @Test
    void acceptsTheLongestPossibleDelay() {
        queue.addAfter("a", Duration.ofSeconds(Long.MAX_VALUE));
        queue.addAfter("b", Duration.ofSeconds(1));

        advance(Duration.ofDays(1));

        assertEquals(1, queue.waiting());
        assertEquals(1, queue.depth());
    }

    @Test
    void handsOutAllOfTenThousandDelayedKeys() throws Exception {
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            expected.add("key-" + i);
            queue.addAfter("key-" + i, Duration.ofMillis(1 + i % 997));
        }
        assertEquals(10_000, queue.waiting());

        advance(Duration.ofSeconds(1));

        assertEquals(expected, new HashSet<>(takeAll()));
    }

    @Test
    void doublesTheBackoffOfAKeyUpToTheMaximum() throws Exception {
        for (long expected : new long[] {5, 10, 20, 40, 80, 160, 320, 640}) {
            assertBackoff("a", Duration.ofMillis(expected));
        }
        for (int failures = 8; failures < 17; failures++) {
            assertBackoff("a", Duration.ofMillis(5L << failures));
        }
        assertBackoff("a", Duration.ofMillis(655_360));
        for (int failures = 18; failures < 200; failures++) {
            assertBackoff("a", Duration.ofSeconds(1000));
        }
        assertEquals(200, queue.requeues("a"));
    }

    @Test
    void neverExceedsTheMaximumBackoff() {
        Backoff backoff = new Backoff(Duration.ofNanos(1), WorkQueue.MAX_DELAY);

        assertEquals(Duration.ofNanos(1), backoff.after(1));
        assertEquals(Duration.ofNanos(1L << 60), backoff.after(61));
        for (int failures : new int[] {63, 64, 65, Integer.MAX_VALUE}) {
            assertEquals(WorkQueue.MAX_DELAY, backoff.after(failures));
        }
    }

    @Test
    void refusesAnInvalidBackoff() {
        Duration second = Duration.ofSeconds(1);
        assertThrows(IllegalArgumentException.class, () -> new Backoff(Duration.ZERO, second));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(second, Duration.ofMillis(999)));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(second, Duration.ofDays(36_501)));
    }

    @Test
    void handsOutKeysAtIntervals() {
        queue.handOutEvery(Duration.ofMillis(100));
        advance(Duration.ofMillis(100));
        List.of("a", "b", "c").forEach(queue::add);

        assertEquals("a", queue.poll());
        queue.done("a");
        clock.addAndGet(Duration.ofMillis(100).toNanos() - 1);
        assertNull(queue.poll());
        clock.addAndGet(1);
        assertEquals("b", queue.poll());
        assertNull(queue.poll());
        // time without keys is not saved up
        advance(Duration.ofSeconds(10));
        assertEquals("c", queue.poll());
        queue.add("d");
        assertNull(queue.poll());
        assertEquals(1, queue.depth());
    }

    @Test
    void wakesAWorkerWhenTheIntervalEndsThoughAnotherWaitsForADelay() throws Exception {
        WorkQueue spaced = new WorkQueue();
        spaced.addAfter("far away", Duration.ofDays(1));
        List<Future<String>> workers = List.of(startUntilItWaits(spaced::take), startUntilItWaits(spaced::take));
        spaced.handOutEvery(Duration.ofMillis(50));

        List.of("a", "b").forEach(spaced::add);

        Set<String> taken = new HashSet<>();
        for (Future<String> worker : workers) {
            taken.add(worker.get(30, TimeUnit.SECONDS));
        }
        assertEquals(Set.of("a", "b"), taken);
    }

    @Test
    void restartsTheBackoffAfterForget() throws Exception {
        assertBackoff("a", Duration.ofMillis(5));
        assertBackoff("a", Duration.ofMillis(10));
        assertBackoff("b", Duration.ofMillis(5));

        queue.forget("a");

        assertEquals(0, queue.requeues("a"));
        assertEquals(1, queue.requeues("b"));
        assertBackoff("a", Duration.ofMillis(5));
    }

    @Test
    void countsRetriesAsClientGoDoes() {
        queue.add("a");
        queue.addAfter("b", Duration.ofSeconds(1));
        queue.addRateLimited("c");

        assertEquals(2, queue.retries());
        assertEquals(1, queue.adds());
    }

    @Test
    void releasesEveryWaitingWorkerThatIsStopped() throws Exception {
        List<Future<String>> workers = new ArrayList<>();
        AtomicBoolean stopped = new AtomicBoolean();
        queue.addAfter("far away", Duration.ofDays(1));
        for (int i = 0; i < 3; i++) {
            workers.add(startUntilItWaits(() -> queue.take(stopped::get)));
        }

        stopped.set(true);
        queue.wakeUp();

        for (Future<String> worker : workers) {
            assertNull(worker.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void wakesAWorkerForAnAddAndForAnEarlierDelay() throws Exception {
        WorkQueue realTime = new WorkQueue();
        realTime.addAfter("far away", Duration.ofDays(1));
        ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
        startUntilItWaits(() -> {
            while (taken.size() < 2) {
                String key = realTime.take();
                taken.add(key);
                realTime.done(key);
            }
            return null;
        });

        realTime.add("now");
        await().atMost(Duration.ofSeconds(30)).until(() -> taken.contains("now"));
        realTime.addAfter("soon", Duration.ofMillis(20));

        await().atMost(Duration.ofSeconds(30)).until(() -> taken.contains("soon"));
    }

    @Test
    void makesAnotherWorkerTheTimekeeperWhenTheFirstTakesAKey() throws Exception {
        WorkQueue realTime = new WorkQueue();
        realTime.addAfter("delayed", Duration.ofSeconds(1));
        CountDownLatch bothTaken = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            startUntilItWaits(() -> {
                realTime.take();
                bothTaken.countDown();
                return bothTaken.await(60, TimeUnit.SECONDS);
            });
        }

        realTime.add("now");

        assertTrue(bothTaken.await(30, TimeUnit.SECONDS));
    }

    @Test
    void keepsAKeyInTheQueueWhenAWaitingWorkerIsStopped() throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        Future<String> worker = startUntilItWaits(() -> queue.take(stopped::get));

        stopped.set(true);
        queue.wakeUp();
        queue.add("a");

        assertNull(worker.get(30, TimeUnit.SECONDS));
        assertEquals("a", queue.take());
    }

    @Test
    void reportsWaitAndProcessingTimeToTheObserver() throws Exception {
        List<String> observed = observe();
        queue.add("undelayed");
        queue.addAfter("delayed", Duration.ofMillis(500));

        advance(Duration.ofMillis(700));
        takeAndFinish(Duration.ofMillis(30));
        takeAndFinish(Duration.ofMillis(40));

        assertEquals(
                List.of(
                        "undelayed waited 700",
                        "undelayed took 30: SUCCESS",
                        "delayed waited 230",
                        "delayed took 40: SUCCESS"),
                observed);
    }

    @Test
    void measuresTheWaitOfADirtyKeyFromItsFirstAdd() throws Exception {
        List<String> observed = observe();
        queue.add("a");
        queue.take();
        queue.add("a");
        advance(Duration.ofMillis(100));
        queue.add("a");
        queue.done("a");

        queue.take();

        assertEquals(List.of("a waited 0", "a took 100: SUCCESS", "a waited 100"), observed);
    }

    @Test
    void handsOutAKeyEvenIfTheObserverFails() throws Exception {
        queue.observe(new WorkQueueObserver() {
            @Override
            public void taken(String key, long queuedNanos) {
                throw new IllegalStateException("observer");
            }
        });
        queue.add("a");

        assertEquals("a", queue.take());
    }

    @Test
    void measuresTheLongestRunningWorker() throws Exception {
        assertEquals(0.0, queue.longestRunningSeconds());
        queue.add("a");
        queue.add("b");
        queue.take();
        advance(Duration.ofMillis(1500));
        queue.take();
        advance(Duration.ofMillis(500));

        assertEquals(2.0, queue.longestRunningSeconds(), 1e-9);
        queue.done("a");
        assertEquals(0.5, queue.longestRunningSeconds(), 1e-9);
        queue.done("b");
        assertEquals(0.0, queue.longestRunningSeconds());
    }

    @Test
    void sumsTheProcessingTimesAndNamesTheLongestRunningKey() throws Exception {
        assertEquals(0, queue.unfinishedSeconds());
        assertNull(queue.longestRunning());
        queue.add("a");
        queue.add("b");
        queue.take();
        advance(Duration.ofSeconds(2));
        queue.take();
        advance(Duration.ofMillis(500));

        assertEquals(3, queue.unfinishedSeconds());
        assertEquals("a", queue.longestRunning());
        queue.done("a");
        assertEquals(0.5, queue.unfinishedSeconds());
        assertEquals("b", queue.longestRunning());
    }

    @Test
    void measuresTheWaitOfTheFirstKey() throws Exception {
        queue.add("a");
        advance(Duration.ofSeconds(1));
        queue.add("b");
        advance(Duration.ofSeconds(1));

        assertEquals(2, queue.longestQueuedSeconds());
        queue.take();
        assertEquals(1, queue.longestQueuedSeconds());
        queue.take();
        assertEquals(0, queue.longestQueuedSeconds());
    }

    @Test
    void measuresTheWaitOfADelayedKeyFromTheEndOfItsDelay() {
        queue.addAfter("a", Duration.ofSeconds(5));
        advance(Duration.ofSeconds(4));
        assertEquals(0, queue.longestQueuedSeconds());

        advance(Duration.ofSeconds(3));

        assertEquals(2, queue.longestQueuedSeconds());
    }

    @Test
    void reportsAStandstillOnlyWhileKeysWaitAndNoneIsHandedOut() throws Exception {
        advance(Duration.ofSeconds(10));
        assertEquals(0, queue.standstillSeconds());
        queue.add("a");
        queue.add("b");
        advance(Duration.ofSeconds(3));
        assertEquals(3, queue.standstillSeconds());

        queue.take();

        assertEquals(0, queue.standstillSeconds());
        advance(Duration.ofSeconds(1));
        assertEquals(1, queue.standstillSeconds());
    }

    @Test
    void reportsTheOutcomeOfTakenKeysToTheObserver() throws Exception {
        queue.add("a");
        queue.add("b");
        queue.add("c");
        List<String> observed = observe();

        queue.done(queue.take());
        queue.done(queue.take(), WorkQueueObserver.Outcome.ERROR);
        queue.done(queue.take(), WorkQueueObserver.Outcome.REQUEUE_AFTER);
        queue.done("a", WorkQueueObserver.Outcome.ERROR);

        assertEquals(
                List.of("a took 0: SUCCESS", "b took 0: ERROR", "c took 0: REQUEUE_AFTER"),
                observed.stream().filter(line -> line.contains("took")).toList());
    }

    @Test
    void neverHandsAKeyToTwoWorkersOrLosesAnUpdateUnderLoad() throws Exception {
        WorkQueue realTime = new WorkQueue(new Backoff(Duration.ofNanos(1000), Duration.ofMillis(1)));
        AtomicIntegerArray written = new AtomicIntegerArray(KEYS);
        AtomicIntegerArray seen = new AtomicIntegerArray(KEYS);
        AtomicIntegerArray holders = new AtomicIntegerArray(KEYS);
        AtomicBoolean stopped = new AtomicBoolean();
        List<Future<?>> workers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            workers.add(threads.submit(() -> {
                for (String key = realTime.take(stopped::get); key != null; key = realTime.take(stopped::get)) {
                    int index = Integer.parseInt(key);
                    assertEquals(1, holders.incrementAndGet(index), "workers on key " + key);
                    read(realTime, key, () -> seen.set(index, written.get(index)));
                    holders.decrementAndGet(index);
                    realTime.done(key);
                }
                return null;
            }));
        }

        for (int round = 0; round < 300; round++) {
            List<Future<?>> producers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                producers.add(threads.submit(() -> write(realTime, written)));
            }
            for (Future<?> producer : producers) {
                producer.get(30, TimeUnit.SECONDS);
            }
            await().pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> isEmpty(realTime) || workers.stream().anyMatch(Future::isDone));
            assertEquals(written.toString(), seen.toString(), "round " + round);
        }

        stopped.set(true);
        realTime.wakeUp();
        for (Future<?> worker : workers) {
            worker.get(30, TimeUnit.SECONDS);
        }
    }

    private static void write(WorkQueue queue, AtomicIntegerArray written) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int n = 0; n < 100; n++) {
            int index = random.nextInt(KEYS);
            written.incrementAndGet(index);
            if (n % 10 == 0) {
                queue.addAfter(String.valueOf(index), Duration.ofNanos(random.nextLong(500_000)));
            } else {
                queue.add(String.valueOf(index));
            }
        }
    }

    /** Reads, or sometimes fails; then keeps the key for a short time, so that it is added while it is processed. */
    private static void read(WorkQueue queue, String key, Runnable read) {
        if (ThreadLocalRandom.current().nextInt(20) == 0) {
            queue.addRateLimited(key);
        } else {
            read.run();
            queue.forget(key);
        }
        for (int spin = 0; spin < 1000; spin++) {
            Thread.onSpinWait();
        }
    }

    /** Fails the key and checks that it is queued again after that time and not before. */
    private void assertBackoff(String key, Duration expected) throws InterruptedException {
        queue.addRateLimited(key);
        clock.addAndGet(expected.toNanos() - 1);
        assertEquals(0, queue.depth(), "too early after " + queue.requeues(key) + " failures");
        clock.addAndGet(1);
        assertEquals(1, queue.depth(), "too late after " + queue.requeues(key) + " failures");
        queue.done(queue.take());
    }

    /** Lists from now on what the queue reports to its observer, times in milliseconds. */
    private List<String> observe() {
        List<String> observed = new ArrayList<>();
        queue.observe(new WorkQueueObserver() {
            @Override
            public void taken(String key, long queuedNanos) {
                observed.add(key + " waited " + Duration.ofNanos(queuedNanos).toMillis());
            }

            @Override
            public void done(String key, long workedNanos, Outcome outcome) {
                observed.add(key + " took " + Duration.ofNanos(workedNanos).toMillis() + ": " + outcome);
            }
        });
        return observed;
    }

    private void takeAndFinish(Duration work) throws InterruptedException {
        String key = queue.take();
        advance(work);
        queue.done(key);
    }

    private List<String> takeAll() throws InterruptedException {
        List<String> keys = new ArrayList<>();
        while (queue.depth() > 0) {
            keys.add(queue.take());
        }
        return keys;
    }

    private void advance(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    /** Reads all three atomically, as a key may move between them. */
    private static boolean isEmpty(WorkQueue queue) {
        synchronized (queue) {
            return queue.waiting() == 0 && queue.depth() == 0 && queue.inFlight() == 0;
        }
    }

    /** Starts a worker, and returns when it waits for a key. */
    private <T> Future<T> startUntilItWaits(Callable<T> worker) {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Future<T> result = threads.submit(() -> {
            thread.complete(Thread.currentThread());
            return worker.call();
        });
        await().atMost(Duration.ofSeconds(30)).until(() -> waits(thread.get()));
        return result;
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }
}
