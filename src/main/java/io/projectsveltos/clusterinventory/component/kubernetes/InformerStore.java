package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What an informer knows of its objects, for others to read: given to a consumer as its {@code store} option, it is
 * filled by it; given to a producer, writes show in it at once instead of after their watch event (read your writes).
 *
 * @param <T> the objects
 * @param <V> what is kept of each object
 */
public final class InformerStore<T extends HasMetadata, V> {

    /** The partition of an informer that watches the whole cluster. */
    private static final String CLUSTER_WIDE = "";

    private final Function<T, V> keep;
    private final BiFunction<ObjectKey, V, T> restore;
    private final Map<String, Partition> partitions = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> synced = new CompletableFuture<>();

    private InformerStore(Function<T, V> keep, BiFunction<ObjectKey, V, T> restore) {
        this.keep = keep;
        this.restore = restore;
    }

    /**
     * A store that keeps whole objects.
     *
     * @param <T> the objects
     * @return the store
     */
    public static <T extends HasMetadata> InformerStore<T, T> ofObjects() {
        return new InformerStore<>(object -> object, (key, object) -> object);
    }

    /**
     * A store that keeps no more than each object's resourceVersion: about 150 bytes an object, for types of which most
     * objects are not ours.
     *
     * @return the store
     */
    public static InformerStore<PartialObjectMetadata, String> ofVersions() {
        return new InformerStore<>(
                object -> object.getMetadata().getResourceVersion(),
                (key, version) -> PartialObjectMetadata.of(key.namespace(), key.name(), version));
    }

    /**
     * What is kept of an object.
     *
     * @param key {@code namespace/name}
     * @return the value, or null when there is no such object
     */
    public V get(String key) {
        return partitionOf(key).values.get(key);
    }

    /**
     * All that is kept.
     *
     * @return a copy
     */
    public Collection<V> values() {
        List<V> all = new ArrayList<>();
        partitions.values().forEach(partition -> all.addAll(partition.values.values()));
        return all;
    }

    /**
     * The keys of all objects.
     *
     * @return a copy
     */
    public List<String> keys() {
        List<String> all = new ArrayList<>();
        partitions.values().forEach(partition -> all.addAll(partition.values.keySet()));
        return all;
    }

    /**
     * Completes once the first list of every informer that fills this store is in.
     *
     * @return the future
     */
    public CompletableFuture<Void> synced() {
        return synced;
    }

    /** The view that one informer fills; informers of several namespaces must not drop each other's objects. */
    ItemStore<T> partition(String namespace) {
        return partitions.computeIfAbsent(namespace == null ? CLUSTER_WIDE : namespace, n -> new Partition());
    }

    void writing(String key) {
        partitionOf(key).writing.put(key, Boolean.FALSE);
    }

    /**
     * Takes over the answer to a write, unless the informer has moved on meanwhile: then its own events are the truth,
     * and an answer put after the event of a deletion would stay for ever.
     */
    void written(String key, T answer) {
        Partition partition = partitionOf(key);
        partition.values.compute(key, (k, current) -> {
            boolean overtaken = !Boolean.FALSE.equals(partition.writing.remove(key));
            if (overtaken && (current == null || !newer(answer, restore.apply(ObjectKey.parse(key), current)))) {
                return current;
            }
            partition.ahead.add(key);
            return keep.apply(answer);
        });
    }

    void writeFailed(String key) {
        partitionOf(key).writing.remove(key);
    }

    private static boolean newer(HasMetadata answer, HasMetadata current) {
        // Opaque by the API's old rules, ordered numbers by KEP-5504 and in every etcd-backed server.
        return Long.parseUnsignedLong(answer.getMetadata().getResourceVersion())
                > Long.parseUnsignedLong(current.getMetadata().getResourceVersion());
    }

    private Partition partitionOf(String key) {
        Partition whole = partitions.get(CLUSTER_WIDE);
        return whole != null
                ? whole
                : partitions.computeIfAbsent(ObjectKey.parse(key).namespace(), n -> new Partition());
    }

    private final class Partition implements ItemStore<T> {

        private final Map<String, V> values = new ConcurrentHashMap<>();
        // Keys of which a write is under way; true once the informer has seen a change of the object since.
        private final Map<String, Boolean> writing = new ConcurrentHashMap<>();
        // Keys of which our own write is in the store and its event still to come: older events must not undo it.
        private final Set<String> ahead = ConcurrentHashMap.newKeySet();

        @Override
        public String getKey(T object) {
            return ObjectKey.of(object).toString();
        }

        @Override
        public T put(String key, T object) {
            return swap(key, object);
        }

        @Override
        public T remove(String key) {
            return swap(key, null);
        }

        private T swap(String key, T object) {
            List<V> before = new ArrayList<>(1);
            values.compute(key, (k, current) -> {
                before.add(current);
                writing.replace(key, Boolean.TRUE);
                if (object != null && ahead.contains(key) && newer(restored(key, current), object)) {
                    return current;
                }
                ahead.remove(key);
                return object == null ? null : keep.apply(object);
            });
            return restored(key, before.get(0));
        }

        private T restored(String key, V value) {
            return value == null ? null : restore.apply(ObjectKey.parse(key), value);
        }

        @Override
        public Stream<String> keySet() {
            return values.keySet().stream();
        }

        @Override
        public Stream<T> values() {
            return values.entrySet().stream().map(entry -> restored(entry.getKey(), entry.getValue()));
        }

        @Override
        public int size() {
            return values.size();
        }

        @Override
        public T get(String key) {
            return restored(key, values.get(key));
        }
    }
}
