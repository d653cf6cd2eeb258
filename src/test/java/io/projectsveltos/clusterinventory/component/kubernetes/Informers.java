package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Changes a store as its informer would. */
public final class Informers {

    private Informers() {}

    public static <T extends HasMetadata> void put(InformerStore<T, ?> store, T object) {
        store.newWriter(null).put(ObjectKey.of(object).toString(), object);
    }

    public static void remove(InformerStore<?, ?> store, String key) {
        store.newWriter(null).remove(key);
    }
}
