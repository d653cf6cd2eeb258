package io.projectsveltos.clusterinventory.component.kubernetes;

import java.util.List;

/** A store that an informer has filled. */
public final class FilledStore {

    private FilledStore() {}

    public static InformerStore<PartialObjectMetadata, PartialObjectMetadata> of(PartialObjectMetadata... objects) {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> store = InformerStore.ofObjects();
        store.newWriter(null);
        List.of(objects).forEach(object -> Informers.put(store, object));
        return store;
    }
}
