package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Watcher.Action;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Changes a store and sends events as its informer would, in one run after the other. */
public final class SimulatedInformer<T extends HasMetadata> {

    private final InformerStore<T, ?> store;
    private final BiConsumer<Action, T> route;
    private InformerStore.Writer<T> writer;

    public SimulatedInformer(InformerStore<T, ?> store, BiConsumer<Action, T> route) {
        this.store = store;
        this.route = route;
        this.writer = store.newWriter(null);
    }

    public void put(T object) {
        String key = ObjectKey.of(object).toString();
        T before = writer.put(key, object);
        String version = object.getMetadata().getResourceVersion();
        if (before == null || !version.equals(before.getMetadata().getResourceVersion())) {
            route.accept(before == null ? Action.ADDED : Action.MODIFIED, object);
        }
        writer.markDelivered(key, object);
    }

    public void remove(T object) {
        String key = ObjectKey.of(object).toString();
        T before = writer.remove(key);
        if (before != null) {
            route.accept(Action.DELETED, before);
        }
        writer.markDelivered(key, null);
    }

    /** Starts another run with its first list; a late list of the previous run arrives at the end. */
    public void restart(List<T> list, List<T> late) {
        InformerStore.Writer<T> previous = writer;
        writer = store.newWriter(null);
        Set<String> listed = new HashSet<>();
        list.forEach(object -> {
            listed.add(ObjectKey.of(object).toString());
            put(object);
        });
        List<String> gone = writer.keySet().filter(key -> !listed.contains(key)).toList();
        gone.forEach(key -> remove(writer.get(key)));
        late.forEach(object -> previous.put(ObjectKey.of(object).toString(), object));
        listed.forEach(previous::remove);
    }
}
