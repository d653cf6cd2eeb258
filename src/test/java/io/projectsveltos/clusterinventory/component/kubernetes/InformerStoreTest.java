package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class InformerStoreTest {

    private static final String KEY = "fleet/spoke";

    private final InformerStore<PartialObjectMetadata, String> store = InformerStore.ofVersions();
    private final ItemStore<PartialObjectMetadata> informer = store.partition(null);

    @Test
    void givesWhatTheInformerKnows() {
        informerSees("3");

        assertEquals("3", store.get(KEY));
        assertEquals(List.of("3"), List.copyOf(store.values()));
        assertEquals(List.of(KEY), store.keys());
        assertNull(store.get("fleet/other"));
    }

    @Test
    void forgetsWhatTheInformerDrops() {
        informerSees("3");

        informer.remove(KEY);

        assertNull(store.get(KEY));
        assertEquals(List.of(), store.keys());
    }

    @Test
    void tellsTheInformerWhatWasThereBefore() {
        assertNull(informer.put(KEY, version("3")));

        assertEquals("3", informer.put(KEY, version("4")).getMetadata().getResourceVersion());
        assertEquals("4", informer.remove(KEY).getMetadata().getResourceVersion());
        assertNull(informer.remove(KEY));
    }

    @Test
    void keepsNoMoreThanVersionsWhenToldSo() {
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
    void keepsWholeObjectsOtherwise() {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> whole = InformerStore.ofObjects();
        PartialObjectMetadata object = version("3");

        whole.partition(null).put(KEY, object);

        assertEquals(object, whole.get(KEY));
    }

    @Test
    void keepsTheInformersOfSeveralNamespacesApart() {
        InformerStore<PartialObjectMetadata, String> two = InformerStore.ofVersions();
        ItemStore<PartialObjectMetadata> fleet = two.partition("fleet");
        ItemStore<PartialObjectMetadata> edge = two.partition("edge");
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
    void showsAWriteBeforeItsEvent() {
        informerSees("3");

        store.writing(KEY);
        store.written(KEY, version("4"));

        assertEquals("4", store.get(KEY));
    }

    @Test
    void showsACreationBeforeItsEvent() {
        store.writing(KEY);
        store.written(KEY, version("4"));

        assertEquals("4", store.get(KEY));
    }

    @Test
    void takesTheAnswerWhenTheInformerOnlySawSomethingOlderMeanwhile() {
        store.writing(KEY);
        informerSees("3");
        store.written(KEY, version("4"));

        assertEquals("4", store.get(KEY));
    }

    @Test
    void comparesVersionsAsNumbers() {
        store.writing(KEY);
        informerSees("10");
        store.written(KEY, version("9"));

        assertEquals("10", store.get(KEY));
    }

    @Test
    void keepsWhatTheInformerSawAfterTheWrite() {
        informerSees("3");

        store.writing(KEY);
        informerSees("5");
        store.written(KEY, version("4"));

        assertEquals("5", store.get(KEY));
    }

    @Test
    void letsNoAnswerBringBackWhatWasDeletedMeanwhile() {
        informerSees("3");

        store.writing(KEY);
        informer.remove(KEY);
        store.written(KEY, version("4"));

        assertNull(store.get(KEY));
    }

    @Test
    void letsTheSecondOfTwoWritesAtOnceWinOnlyIfItIsNewer() {
        store.writing(KEY);
        store.writing(KEY);
        store.written(KEY, version("5"));
        store.written(KEY, version("4"));

        assertEquals("5", store.get(KEY));
    }

    @Test
    void changesNothingWhenAWriteFails() {
        informerSees("3");

        store.writing(KEY);
        store.writeFailed(KEY);

        assertEquals("3", store.get(KEY));
    }

    @Test
    void isNotSyncedByItself() {
        informerSees("3");

        assertFalse(store.synced().isDone());
    }

    private void informerSees(String version) {
        informer.put(KEY, version(version));
    }

    private static PartialObjectMetadata version(String version) {
        return PartialObjectMetadata.of("fleet", "spoke", version);
    }
}
