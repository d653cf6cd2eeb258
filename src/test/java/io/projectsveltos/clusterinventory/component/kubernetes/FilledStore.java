package io.projectsveltos.clusterinventory.component.kubernetes;

import java.util.List;

/** A store as an informer has filled it. */
public final class FilledStore {

    private FilledStore() {}

    public static InformerStore<PartialObjectMetadata, PartialObjectMetadata> of(PartialObjectMetadata... objects) {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> store = InformerStore.ofObjects();
        List.of(objects).forEach(object -> store.partition(null)
                .put(ObjectKey.of(object).toString(), object));
        return store;
    }
}
