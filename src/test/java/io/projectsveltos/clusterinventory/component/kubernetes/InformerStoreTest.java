package io.projectsveltos.clusterinventory.component.kubernetes;

import static io.projectsveltos.clusterinventory.component.kubernetes.ComponentContext.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InformerStoreTest {

    private static final String KEY = "fleet/spoke";

    private final InformerStore<PartialObjectMetadata, String> store = InformerStore.ofVersions();
    private InformerStore.Writer<PartialObjectMetadata> informer = store.newWriter(null);

    @Test
    void returnsTheObjectsOfTheInformer() {
        informerSees("3");

        assertEquals("3", store.get(KEY));
        assertEquals(List.of("3"), List.copyOf(store.values()));
        assertEquals(List.of(KEY), store.keys());
        assertNull(store.get("fleet/other"));
    }

    @Test
    void removesDeletedObjects() {
        informerSees("3");

        informer.remove(KEY);

        assertNull(store.get(KEY));
        assertEquals(List.of(), store.keys());
    }

    @Test
    void returnsThePreviousObjectToTheInformer() {
        assertNull(informer.put(KEY, version("3")));

        assertEquals("3", informer.put(KEY, version("4")).getMetadata().getResourceVersion());
        assertEquals("4", informer.remove(KEY).getMetadata().getResourceVersion());
        assertNull(informer.remove(KEY));
    }

    @Test
    void storesOnlyVersionsIfConfigured() {
        PartialObjectMetadata labelled = version("3");
        labelled.getMetadata().setLabels(Map.of("a", "b"));
        labelled.getMetadata().setUid("u");

        informer.put(KEY, labelled);

        PartialObjectMetadata kept = informer.get(KEY);
        assertEquals(version("3").getMetadata(), kept.getMetadata());
        assertEquals(KEY, informer.getKey(kept));
        assertEquals(1, informer.size());
    }

    @Test
    void keepsAnIndexUpToDateOverWatchesAndWrites() {
        Map<String, String> index = new HashMap<>();
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> indexed =
                InformerStore.ofObjects((StoreIndex<PartialObjectMetadata>) (before, after) -> {
                    assertEquals(index.remove(KEY), before == null ? null : versionOf(before));
                    if (after != null) {
                        index.put(KEY, versionOf(after));
                    }
                });
        InformerStore.Writer<PartialObjectMetadata> run = indexed.newWriter(null);

        run.put(KEY, version("3"));
        assertEquals(Map.of(KEY, "3"), index);
        indexed.beginWrite(KEY);
        indexed.completeWrite(KEY, version("5"));
        assertEquals(Map.of(KEY, "5"), index);
        run.put(KEY, version("4"));
        assertEquals(Map.of(KEY, "5"), index, "an event from before our write");

        InformerStore.Writer<PartialObjectMetadata> next = indexed.newWriter(null);
        run.remove(KEY);
        assertEquals(Map.of(KEY, "5"), index, "a run that has ended");
        next.remove(KEY);
        assertEquals(Map.of(), index);
    }

    private static String versionOf(PartialObjectMetadata object) {
        return object.getMetadata().getResourceVersion();
    }

    @Test
    void findsObjectsByTheirIndexUntilTheyChange() {
        InformerStore<PartialObjectMetadata, String> indexed =
                InformerStore.ofVersions(object -> object.labels().get("owner"));
        InformerStore.Writer<PartialObjectMetadata> writer = indexed.newWriter(null);
        writer.put("fleet/a", owned("a", "one"));
        writer.put("fleet/b", owned("b", "one"));
        writer.put("fleet/c", owned("c", null));

        assertEquals(List.of("fleet/a", "fleet/b"), indexed.keysByIndex("one"));

        writer.put("fleet/a", owned("a", "two"));
        writer.remove("fleet/b");

        assertEquals(List.of(), indexed.keysByIndex("one"));
        assertEquals(List.of("fleet/a"), indexed.keysByIndex("two"));
    }

    @Test
    void findsAnObjectByTheIndexOfItsOwnWrite() {
        InformerStore<PartialObjectMetadata, String> indexed =
                InformerStore.ofVersions(object -> object.labels().get("owner"));
        indexed.newWriter(null);
        indexed.beginWrite("fleet/a");

        indexed.completeWrite("fleet/a", owned("a", "one"));

        assertEquals(List.of("fleet/a"), indexed.keysByIndex("one"));
    }

    private static PartialObjectMetadata owned(String name, String owner) {
        PartialObjectMetadata object = PartialObjectMetadata.of("fleet", name, "1");
        object.getMetadata().setLabels(owner == null ? Map.of() : Map.of("owner", owner));
        return object;
    }

    @Test
    void storesWholeObjects() {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> whole = InformerStore.ofObjects();
        PartialObjectMetadata object = version("3");

        whole.newWriter(null).put(KEY, object);

        assertEquals(object, whole.get(KEY));
    }

    @Test
    void separatesTheInformersOfDifferentNamespaces() {
        InformerStore<PartialObjectMetadata, String> two = InformerStore.ofVersions();
        ItemStore<PartialObjectMetadata> fleet = two.newWriter("fleet");
        ItemStore<PartialObjectMetadata> edge = two.newWriter("edge");
        fleet.put("fleet/a", PartialObjectMetadata.of("fleet", "a", "1"));
        edge.put("edge/b", PartialObjectMetadata.of("edge", "b", "2"));

        assertEquals(List.of("fleet/a"), fleet.keySet().toList());
        assertEquals(
                List.of("b"),
                edge.values().map(object -> object.getMetadata().getName()).toList());
        assertEquals(Set.of("fleet/a", "edge/b"), Set.copyOf(two.keys()));
        assertEquals(Set.of("1", "2"), two.values().stream().collect(Collectors.toSet()));
        assertEquals("2", two.get("edge/b"));
    }

    @Test
    void doesNotReportOurOwnWriteAsAChangeIfItsEventArrivesBeforeItsResponse() throws Exception {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> patient =
                InformerStore.ofObjects(Duration.ofMinutes(1));
        ItemStore<PartialObjectMetadata> watch = patient.newWriter(null);
        watch.put(KEY, version("3"));
        patient.beginWrite(KEY);

        CompletableFuture<PartialObjectMetadata> before = new CompletableFuture<>();
        Thread event = new Thread(() -> before.complete(watch.put(KEY, version("4"))));
        event.start();
        eventually(() -> event.getState() == Thread.State.TIMED_WAITING);
        patient.completeWrite(KEY, version("4"));

        assertEquals("4", before.get(1, TimeUnit.MINUTES).getMetadata().getResourceVersion());
    }

    @Test
    void doesNotDelayAnEventUntilALateResponse() {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> impatient = InformerStore.ofObjects(Duration.ZERO);
        ItemStore<PartialObjectMetadata> watch = impatient.newWriter(null);
        watch.put(KEY, version("3"));
        impatient.beginWrite(KEY);

        assertEquals("3", watch.put(KEY, version("4")).getMetadata().getResourceVersion());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "shows an update before its event, 3, , 4, 4",
        "shows a creation before its event, , , 4, 4",
        "stores the response if the informer saw only an older version, , 3, 4, 4",
        "compares versions as numbers, , 10, 9, 10",
        "keeps a later version that the informer saw, 3, 5, 4, 5"
    })
    void showsTheLaterOfAResponseAndTheVersionThatTheInformerSaw(
            String what, String before, String during, String response, String expected) {
        informerSees(before);
        store.beginWrite(KEY);
        informerSees(during);
        store.completeWrite(KEY, version(response));

        assertEquals(expected, store.get(KEY));
    }

    @Test
    void doesNotRestoreAnObjectThatWasDeletedDuringTheWrite() {
        informerSees("3");

        store.beginWrite(KEY);
        informer.remove(KEY);
        store.completeWrite(KEY, version("4"));

        assertNull(store.get(KEY));
    }

    @Test
    void keepsTheNewerOfTwoConcurrentWrites() {
        store.beginWrite(KEY);
        store.beginWrite(KEY);
        store.completeWrite(KEY, version("5"));
        store.completeWrite(KEY, version("4"));

        assertEquals("5", store.get(KEY));
    }

    @Test
    void staysUnchangedAfterAFailedWrite() {
        informerSees("3");

        store.beginWrite(KEY);
        store.abortWrite(KEY);

        assertEquals("3", store.get(KEY));
    }

    @Test
    void storesNothingInANamespaceWithoutAnInformer() {
        InformerStore<PartialObjectMetadata, String> one = InformerStore.ofVersions();
        one.newWriter("fleet");

        assertNull(one.get("edge/spoke"));
        one.beginWrite("edge/spoke");
        one.completeWrite("edge/spoke", PartialObjectMetadata.of("edge", "spoke", "3"));

        assertNull(one.get("edge/spoke"));
        assertEquals(List.of(), one.keys());
    }

    @Test
    void ignoresWritesOfAPreviousRun() {
        informerSees("3");
        InformerStore.Writer<PartialObjectMetadata> previous = informer;
        informer = store.newWriter(null);
        informerSees("5");

        assertFalse(previous.isCurrent());
        assertNull(previous.put(KEY, version("4")));
        assertNull(previous.put("fleet/gone", PartialObjectMetadata.of("fleet", "gone", "4")));
        assertNull(previous.remove(KEY));
        assertNull(previous.get(KEY));
        assertEquals(0, previous.size());
        assertEquals(0, previous.values().count());

        assertEquals("5", store.get(KEY));
        assertEquals(List.of(KEY), store.keys());
    }

    @Test
    void keepsItsContentAfterTheInformerStops() {
        informerSees("3");

        informer.stop();
        informer.put(KEY, version("4"));
        informer.remove(KEY);
        informer.put("fleet/late", PartialObjectMetadata.of("fleet", "late", "4"));

        assertFalse(informer.isCurrent());
        assertEquals("3", store.get(KEY));
        assertEquals(List.of(KEY), store.keys());
    }

    @Test
    void keepsInformersOfOtherNamespacesRunning() {
        InformerStore<PartialObjectMetadata, String> two = InformerStore.ofVersions();
        InformerStore.Writer<PartialObjectMetadata> fleet = two.newWriter("fleet");
        InformerStore.Writer<PartialObjectMetadata> edge = two.newWriter("edge");

        two.newWriter("fleet").put("fleet/b", PartialObjectMetadata.of("fleet", "b", "2"));
        fleet.put("fleet/a", PartialObjectMetadata.of("fleet", "a", "1"));
        edge.put("edge/a", PartialObjectMetadata.of("edge", "a", "1"));

        assertTrue(edge.isCurrent());
        assertEquals(Set.of("fleet/b", "edge/a"), Set.copyOf(two.keys()));
    }

    @Test
    void letsTheNextRunDetectChanges() {
        informerDelivered("3");

        informer = store.newWriter(null);

        assertEquals("3", store.get(KEY), "before the first list");
        assertEquals("3", versionBefore(informer.put(KEY, version("3"))), "unchanged");
        assertEquals("3", versionBefore(informer.put(KEY, version("4"))), "changed");
        assertNull(informer.put("fleet/new", PartialObjectMetadata.of("fleet", "new", "4")), "added");
        assertEquals("4", versionBefore(informer.remove(KEY)), "gone");
    }

    @Test
    void letsTheNextRunDetectAnUndeliveredAddition() {
        informerSees("3");

        informer = store.newWriter(null);

        assertEquals("3", store.get(KEY));
        assertNull(informer.put(KEY, version("3")));
        assertEquals("3", versionBefore(informer.put(KEY, version("4"))));
    }

    @Test
    void letsTheNextRunDetectAnUndeliveredUpdate() {
        informerDelivered("3");
        informerSees("4");
        informerSees("5");

        informer = store.newWriter(null);

        assertEquals("3", versionBefore(informer.put(KEY, version("5"))));
    }

    @Test
    void letsTheNextRunDetectTheLastUpdateIfOnlyEarlierOnesWereDelivered() {
        informerSees("3");
        informerSees("4");
        informer.markDelivered(KEY, version("3"));

        informer = store.newWriter(null);

        assertEquals("3", versionBefore(informer.put(KEY, version("4"))));
    }

    @Test
    void letsTheNextRunDetectAnUndeliveredDeletion() {
        informerDelivered("3");
        informer.remove(KEY);

        informer = store.newWriter(null);

        assertNull(store.get(KEY));
        assertEquals(List.of(KEY), informer.keySet().toList());
        assertEquals("3", versionBefore(informer.get(KEY)));
        assertEquals("3", versionBefore(informer.remove(KEY)));
        assertEquals(0, informer.size());
    }

    @Test
    void letsTheNextRunRemoveAnObjectWhoseAdditionWasNotDelivered() {
        informerSees("3");

        informer = store.newWriter(null);

        assertEquals(List.of(KEY), informer.keySet().toList());
        informer.remove(KEY);
        assertEquals(List.of(), store.keys());
    }

    @Test
    void remembersUndeliveredChangesAcrossSeveralRuns() {
        informerDelivered("3");
        informer.remove(KEY);
        store.newWriter(null);
        store.newWriter(null).stop();

        informer = store.newWriter(null);

        assertEquals("3", versionBefore(informer.remove(KEY)));
    }

    @Test
    void doesNotDetectDeliveredChangesAgain() {
        informerDelivered("3");
        informer.remove(KEY);
        informer.markDelivered(KEY, null);

        informer = store.newWriter(null);

        assertEquals(0, informer.size());
        assertNull(informer.put(KEY, version("4")));
    }

    @Test
    void ignoresDeliveriesOfAStoppedRun() {
        informerSees("3");
        informer.stop();
        informer.markDelivered(KEY, version("3"));

        informer = store.newWriter(null);

        assertNull(informer.put(KEY, version("3")));
    }

    @Test
    void showsAWriteBetweenTwoRuns() {
        informerDelivered("3");
        informer.stop();

        store.beginWrite(KEY);
        store.completeWrite(KEY, version("4"));
        informer = store.newWriter(null);

        assertEquals("4", store.get(KEY));
        assertEquals("4", versionBefore(informer.put(KEY, version("4"))), "our own write is not a change");
    }

    @Test
    void isNotSyncedByItself() {
        informerSees("3");

        assertFalse(store.synced().isDone());
    }

    /** Nothing happens for null. */
    private void informerSees(String version) {
        if (version != null) {
            informer.put(KEY, version(version));
        }
    }

    private void informerDelivered(String version) {
        informerSees(version);
        informer.markDelivered(KEY, version(version));
    }

    private static String versionBefore(PartialObjectMetadata before) {
        return before == null ? null : before.getMetadata().getResourceVersion();
    }

    private static PartialObjectMetadata version(String version) {
        return PartialObjectMetadata.of("fleet", "spoke", version);
    }

    @Test
    void isSyncedAndHoldsTheWholeListOnceItIsFilled() {
        InformerStore<PartialObjectMetadata, String> filled = InformerStore.ofVersions();

        filled.fill(List.of(PartialObjectMetadata.of("fleet", "spoke", "7")));

        assertEquals("7", filled.get(KEY));
        assertEquals(List.of(KEY), filled.keys());
        assertTrue(filled.synced().isDone());
    }
}
