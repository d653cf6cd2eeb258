package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
        return partitionOf(key).map(partition -> partition.values.get(key)).orElse(null);
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

    /**
     * Begins a start of an informer. What it writes shows in the store until the next start of the same informer begins; from
     * then on its writes have no effect, however late they come: a client does not end a list that is under way.
     *
     * @param namespace what the informer watches, null for the whole cluster; informers of several namespaces must not drop
     *     each other's objects
     */
    Writer<T> newWriter(String namespace) {
        return partitions
                .computeIfAbsent(namespace == null ? CLUSTER_WIDE : namespace, n -> new Partition())
                .newWriter();
    }

    void writing(String key) {
        partitionOf(key).ifPresent(partition -> partition.writing(key));
    }

    /**
     * Takes over the answer to a write, unless the informer has moved on since: then its own events are the truth, and an
     * answer put after the event of a deletion would stay for ever.
     */
    void written(String key, T answer) {
        partitionOf(key).ifPresent(partition -> partition.written(key, answer));
    }

    void writeFailed(String key) {
        partitionOf(key).ifPresent(partition -> partition.writeFailed(key));
    }

    private static boolean newer(HasMetadata answer, HasMetadata current) {
        // Opaque by the API's old rules, ordered numbers by KEP-5504 and in every etcd-backed server.
        return Long.parseUnsignedLong(answer.getMetadata().getResourceVersion())
                > Long.parseUnsignedLong(current.getMetadata().getResourceVersion());
    }

    /** Empty for a namespace that nobody watches: nothing would ever take out what is put there. */
    private Optional<Partition> partitionOf(String key) {
        Partition whole = partitions.get(CLUSTER_WIDE);
        return Optional.ofNullable(
                whole != null ? whole : partitions.get(ObjectKey.parse(key).namespace()));
    }

    private T restored(String key, V value) {
        return value == null ? null : restore.apply(ObjectKey.parse(key), value);
    }

    private String version(String key, V value) {
        return restored(key, value).getMetadata().getResourceVersion();
    }

    /**
     * What one start of an informer writes through.
     *
     * @param <T> the objects
     */
    interface Writer<T> extends ItemStore<T> {

        /** Whether writes still have an effect. */
        boolean isCurrent();

        /**
         * Takes down that a change has been passed on. Changes of which this has not been said when a start ends are found
         * by the next start once more.
         *
         * @param object the object as it was passed on, or null when its deletion was
         */
        void reported(String key, T object);

        /** Ends the start. The store stays as it is until the next one. */
        void end();
    }

    /**
     * What was last passed on of an object that has changed since.
     *
     * @param known what was passed on, empty when the object was not there then
     * @param version the version of the last change, null for a deletion
     */
    private record Unreported<V>(Optional<V> known, String version) {}

    /** The objects of one informer. Read without a lock; whatever writes holds the lock. */
    private final class Partition {

        private final Map<String, V> values = new ConcurrentHashMap<>();
        // Keys of which a write is under way; true once the informer has seen a change of the object since.
        private final Map<String, Boolean> writing = new HashMap<>();
        // Keys of which our own write is in the store and its event still to come: older events must not undo it.
        private final Set<String> ahead = new HashSet<>();
        private Start current = new Start(this, Map.of());

        synchronized Writer<T> newWriter() {
            current = new Start(this, current.notReported());
            return current;
        }

        synchronized void writing(String key) {
            writing.put(key, Boolean.FALSE);
        }

        synchronized void written(String key, T answer) {
            V present = values.get(key);
            boolean overtaken = !Boolean.FALSE.equals(writing.remove(key));
            if (overtaken && (present == null || !newer(answer, restored(key, present)))) {
                return;
            }
            ahead.add(key);
            values.put(key, keep.apply(answer));
        }

        synchronized void writeFailed(String key) {
            writing.remove(key);
        }

        private void put(String key, T object) {
            writing.replace(key, Boolean.TRUE);
            V present = values.get(key);
            if (present != null && ahead.contains(key) && newer(restored(key, present), object)) {
                return;
            }
            ahead.remove(key);
            values.put(key, keep.apply(object));
        }

        private void remove(String key) {
            writing.replace(key, Boolean.TRUE);
            ahead.remove(key);
            values.remove(key);
        }
    }

    private final class Start implements Writer<T> {

        private final Partition partition;
        // What earlier starts last passed on of objects whose change they did not pass on, until this one has seen
        // them.
        private final Map<String, Optional<V>> inherited;
        private final Map<String, Unreported<V>> unreported = new HashMap<>();
        private boolean ended;

        Start(Partition partition, Map<String, Optional<V>> inherited) {
            this.partition = partition;
            this.inherited = inherited;
        }

        private Map<String, Optional<V>> notReported() {
            Map<String, Optional<V>> all = new HashMap<>(inherited);
            unreported.forEach((key, change) -> all.put(key, change.known()));
            return all;
        }

        @Override
        public boolean isCurrent() {
            synchronized (partition) {
                return partition.current == this && !ended;
            }
        }

        @Override
        public void end() {
            synchronized (partition) {
                ended = true;
            }
        }

        @Override
        public void reported(String key, T object) {
            synchronized (partition) {
                Unreported<V> change = unreported.get(key);
                if (change == null || !isCurrent()) {
                    return;
                }
                String version = object == null ? null : object.getMetadata().getResourceVersion();
                if (Objects.equals(version, change.version())) {
                    unreported.remove(key);
                } else {
                    unreported.put(
                            key, new Unreported<>(Optional.ofNullable(object).map(keep), change.version()));
                }
            }
        }

        @Override
        public String getKey(T object) {
            return ObjectKey.of(object).toString();
        }

        @Override
        public T put(String key, T object) {
            synchronized (partition) {
                if (!isCurrent()) {
                    return null;
                }
                V before = takeKnown(key);
                partition.put(key, object);
                String version = object.getMetadata().getResourceVersion();
                // an informer passes on nothing of an object that it finds as it was
                if (before == null || !version(key, before).equals(version)) {
                    notReportedYet(key, before, version);
                }
                return restored(key, before);
            }
        }

        @Override
        public T remove(String key) {
            synchronized (partition) {
                if (!isCurrent()) {
                    return null;
                }
                V before = takeKnown(key);
                partition.remove(key);
                if (before != null) {
                    notReportedYet(key, before, null);
                }
                return restored(key, before);
            }
        }

        private V takeKnown(String key) {
            Optional<V> known = inherited.remove(key);
            return known == null ? partition.values.get(key) : known.orElse(null);
        }

        private void notReportedYet(String key, V before, String version) {
            unreported.compute(
                    key,
                    (k, earlier) ->
                            new Unreported<>(earlier == null ? Optional.ofNullable(before) : earlier.known(), version));
        }

        /** Also what is gone without its deletion having been passed on: an informer that does not find it does so. */
        @Override
        public Stream<String> keySet() {
            synchronized (partition) {
                if (!isCurrent()) {
                    return Stream.empty();
                }
                Set<String> keys = new HashSet<>(partition.values.keySet());
                inherited.forEach((key, known) -> known.ifPresent(value -> keys.add(key)));
                return keys.stream();
            }
        }

        @Override
        public Stream<T> values() {
            return keySet().map(this::get).filter(Objects::nonNull);
        }

        @Override
        public int size() {
            return (int) keySet().count();
        }

        @Override
        public T get(String key) {
            synchronized (partition) {
                if (!isCurrent()) {
                    return null;
                }
                V present = partition.values.get(key);
                return restored(
                        key,
                        present != null
                                ? present
                                : inherited.getOrDefault(key, Optional.empty()).orElse(null));
            }
        }
    }
}
