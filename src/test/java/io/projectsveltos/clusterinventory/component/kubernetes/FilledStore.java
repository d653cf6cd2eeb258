package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** A store as an informer has filled it. */
public final class FilledStore {

    private FilledStore() {}

    public static InformerStore<PartialObjectMetadata, PartialObjectMetadata> of(PartialObjectMetadata... objects) {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> store = InformerStore.ofObjects();
        store.newWriter(null);
        List.of(objects).forEach(object -> put(store, object));
        return store;
    }

    /** As its event would. */
    public static <T extends HasMetadata> void put(InformerStore<T, ?> store, T object) {
        store.newWriter(null).put(ObjectKey.of(object).toString(), object);
    }
}
