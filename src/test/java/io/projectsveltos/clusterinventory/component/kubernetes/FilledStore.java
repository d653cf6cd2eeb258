package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** A store that an informer has filled. */
public final class FilledStore {

    private FilledStore() {}

    public static InformerStore<PartialObjectMetadata, PartialObjectMetadata> of(PartialObjectMetadata... objects) {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> store = InformerStore.ofObjects();
        store.newWriter(null);
        List.of(objects).forEach(object -> put(store, object));
        return store;
    }

    /** Stores an object as its watch event would. */
    public static <T extends HasMetadata> void put(InformerStore<T, ?> store, T object) {
        store.newWriter(null).put(ObjectKey.of(object).toString(), object);
    }
}
