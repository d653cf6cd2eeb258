package io.projectsveltos.clusterinventory.component.workqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the groups of a queue share its workers. */
class WorkQueueGroupsTest {

    private final AtomicLong clock = new AtomicLong();
    private final WorkQueue queue = new WorkQueue(Backoff.DEFAULT, clock::get);

    @BeforeEach
    void tenWorkers() {
        queue.shareAmong(10);
    }

    @Test
    void givesAllWorkersToTheOnlyGroup() {
        add("a", 12);

        assertEquals(10, takeUpTo(10).size());
    }

    @Test
    void givesAllWorkersToKeysWithoutAGroup() {
        IntStream.range(0, 12).forEach(i -> queue.add("key-" + i));
        queue.add("other", "a");
        queue.add("another", "b");

        assertEquals(10, takeUpTo(10).size());
    }

    @Test
    void givesAGroupAtMostHalfOfTheWorkersThatOthersLeave() {
        add("a", 400);
        add("b", 400);
        add("c", 400);
        add("d", 400);

        List<String> taken = takeUpTo(10);

        assertEquals(List.of(5L, 3L, 1L, 1L), numberOf(taken, "a", "b", "c", "d"));
    }

    @Test
    void handsOutKeysOfAHealthyGroupWhileAnotherGroupHangs() {
        add("hanging", 400);
        add("healthy", 200);
        List<String> hanging = takeUpTo(5);
        assertEquals(List.of(5L), numberOf(hanging, "hanging"));

        List<String> served = new ArrayList<>();
        for (String key = queue.poll(); key != null; key = queue.poll()) {
            served.add(key);
            queue.done(key);
        }

        assertEquals(IntStream.range(0, 200).mapToObj(i -> "healthy-" + i).toList(), served);
    }

    @Test
    void keepsTheOrderAcrossGroups() {
        queue.add("1", "a");
        queue.add("2", "b");
        queue.add("3", "a");

        assertEquals(List.of("1", "2", "3"), takeUpTo(3));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 2", "4, 2"})
    void givesEachGroupAtLeastOneWorker(int workers, long ofOneGroup) {
        queue.shareAmong(workers);
        add("a", 5);
        queue.add("other", "b");

        assertEquals(List.of(ofOneGroup), numberOf(takeUpTo(workers), "a"));
    }

    @Test
    void keepsTheGroupOfAKeyDuringItsBackoff() {
        queue.shareAmong(2);
        queue.add("a-1", "a");
        queue.add("b-1", "b");
        queue.add("a-2", "a");
        assertEquals(List.of("a-1", "b-1"), takeUpTo(2));

        queue.addRateLimited("a-1");
        queue.done("a-1");
        clock.addAndGet(Duration.ofSeconds(1).toNanos());

        assertEquals("a-2", queue.poll());
        assertNull(queue.poll(), "a-1 is of the group that has its worker");
        queue.done("a-2");
        assertEquals("a-1", queue.poll());
    }

    @Test
    void movesAKeyToTheGroupOfItsLastAdd() {
        queue.shareAmong(2);
        queue.add("a-1", "a");
        queue.add("moves", "a");
        queue.add("b-1", "b");
        assertEquals("a-1", queue.poll());

        queue.add("moves", "c");

        assertEquals("b-1", queue.poll());
        queue.done("b-1");
        assertEquals("moves", queue.poll());
    }

    @Test
    void queuesAKeyAddedWhileItIsProcessedInItsNewGroup() {
        queue.shareAmong(2);
        queue.add("moves", "a");
        queue.add("b-1", "b");
        assertEquals(List.of("moves", "b-1"), takeUpTo(2));
        queue.add("moves", "b");
        queue.add("moves");

        queue.done("moves");

        assertNull(queue.poll(), "its new group has its worker");
        queue.done("b-1");
        assertEquals("moves", queue.poll());
    }

    @Test
    void containsQueuedDelayedAndProcessingKeys() {
        queue.add("queued", "a");
        queue.addAfter("delayed", Duration.ofSeconds(1));
        queue.add("taken", "b");
        assertEquals(List.of("queued", "taken"), takeUpTo(2));
        queue.done("queued");

        assertEquals(
                List.of(false, true, true, false),
                List.of(
                        queue.contains("queued"),
                        queue.contains("delayed"),
                        queue.contains("taken"),
                        queue.contains("unknown")));
    }

    private void add(String group, int keys) {
        IntStream.range(0, keys).forEach(i -> queue.add(group + "-" + i, group));
    }

    private List<String> takeUpTo(int count) {
        List<String> taken = new ArrayList<>();
        for (String key = queue.poll(); key != null; key = queue.poll()) {
            taken.add(key);
            if (taken.size() == count) {
                return taken;
            }
        }
        return taken;
    }

    private static List<Long> numberOf(List<String> keys, String... groups) {
        return Stream.of(groups)
                .map(group ->
                        keys.stream().filter(key -> key.startsWith(group + "-")).count())
                .toList();
    }
}
