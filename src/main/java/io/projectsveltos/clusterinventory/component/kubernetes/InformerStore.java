package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.time.Duration;
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
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The cache of an informer, as in client-go's {@code cache.Store}. The consumer with this {@code store} option fills it, and
 * the writes of a producer with this option are visible immediately instead of after their watch event (read your writes).
 *
 * @param <T> the objects
 * @param <V> what is stored of each object, as with the {@code TransformFunc} of client-go
 */
public final class InformerStore<T extends HasMetadata, V> {

    /** Key of the partition of an informer that watches the whole cluster. */
    private static final String CLUSTER_WIDE = "";

    /** Responses arrive a few milliseconds after the event; the events of other objects wait as long. */
    private static final Duration MAX_WAIT = Duration.ofMillis(100);

    private final Function<T, V> transform;
    private final BiFunction<ObjectKey, V, T> restore;
    private final Function<T, String> indexFunction;
    private final Duration maxWait;
    private final StoreIndex<V> index;
    private final KeyIndex keyIndex = new KeyIndex();
    private final Map<String, Partition> partitions = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> synced = new CompletableFuture<>();

    private InformerStore(
            Function<T, V> transform,
            BiFunction<ObjectKey, V, T> restore,
            Function<T, String> indexFunction,
            StoreIndex<V> index,
            Duration maxWait) {
        this.transform = transform;
        this.restore = restore;
        this.indexFunction = indexFunction;
        this.maxWait = maxWait;
        this.index = index;
    }

    /**
     * A store of whole objects.
     *
     * @param <T> the objects
     * @return the store
     */
    public static <T extends HasMetadata> InformerStore<T, T> ofObjects() {
        return ofObjects(MAX_WAIT);
    }

    /**
     * A store of whole objects with an index.
     *
     * @param <T> the objects
     * @param index follows what is stored
     * @return the store
     */
    public static <T extends HasMetadata> InformerStore<T, T> ofObjects(StoreIndex<T> index) {
        return new InformerStore<>(object -> object, (key, object) -> object, object -> null, index, MAX_WAIT);
    }

    /**
     * Like {@link #ofObjects()}.
     *
     * @param maxWait how long an event waits for the response to a write request of the same object
     */
    static <T extends HasMetadata> InformerStore<T, T> ofObjects(Duration maxWait) {
        return new InformerStore<>(
                object -> object, (key, object) -> object, object -> null, (before, after) -> {}, maxWait);
    }

    /**
     * A store of resourceVersions only: about 150 bytes per object, for types of which most objects are not relevant.
     *
     * @return the store
     */
    public static InformerStore<PartialObjectMetadata, String> ofVersions() {
        return ofVersions(object -> null);
    }

    /**
     * Like {@link #ofVersions()}, with an index.
     *
     * @param indexFunction the value that {@link #keysByIndex} finds an object by, or null for none; an {@code IndexFunc} of
     *     client-go
     * @return the store
     */
    public static InformerStore<PartialObjectMetadata, String> ofVersions(
            Function<PartialObjectMetadata, String> indexFunction) {
        return new InformerStore<>(
                object -> object.getMetadata().getResourceVersion(),
                (key, version) -> PartialObjectMetadata.of(key.namespace(), key.name(), version),
                indexFunction,
                (before, after) -> {},
                MAX_WAIT);
    }

    /**
     * Looks up an object.
     *
     * @param key {@code namespace/name}
     * @return the stored value, or null if there is no such object
     */
    public V get(String key) {
        Partition partition = partitionOf(key);
        return partition == null ? null : partition.values.get(key);
    }

    /**
     * All stored values.
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
     * The keys of the objects with this value of the index.
     *
     * @param value what the index function returns for them
     * @return a copy, in alphabetical order
     */
    public List<String> keysByIndex(String value) {
        return keyIndex.keys(value);
    }

    /**
     * Completes after the first list of every informer that fills this store: client-go's {@code HasSynced}.
     *
     * @return the future
     */
    public CompletableFuture<Void> synced() {
        return synced;
    }

    /**
     * Fills the store with a list in place of an informer, for a process that does not watch.
     *
     * @param objects the objects of the whole cluster, or of all namespaces that matter
     */
    public void fill(Collection<? extends T> objects) {
        Writer<T> writer = newWriter(null);
        objects.forEach(object -> writer.put(writer.getKey(object), object));
        synced.complete(null);
    }

    /**
     * Creates the writer for a run of an informer. From then on the writes of earlier runs of the same informer have no
     * effect: a client does not cancel a list in progress, so they may arrive late.
     *
     * @param namespace what the informer watches, null for the whole cluster; informers of several namespaces must not remove
     *     each other's objects
     */
    Writer<T> newWriter(String namespace) {
        return partitions
                .computeIfAbsent(namespace == null ? CLUSTER_WIDE : namespace, n -> new Partition())
                .newWriter();
    }

    /** Must be called before a write request, so that {@link #completeWrite} knows whether the informer was faster. */
    void beginWrite(String key) {
        Partition partition = partitionOf(key);
        if (partition != null) {
            partition.beginWrite(key);
        }
    }

    /**
     * Stores the response to a write, unless the informer has seen a later change: then its events are newer, and a
     * response that is stored after the event of a deletion would never be removed.
     */
    void completeWrite(String key, T written) {
        Partition partition = partitionOf(key);
        if (partition != null) {
            partition.completeWrite(key, written);
        }
    }

    void abortWrite(String key) {
        Partition partition = partitionOf(key);
        if (partition != null) {
            partition.abortWrite(key);
        }
    }

    private static boolean isNewer(HasMetadata object, HasMetadata current) {
        // resourceVersions used to be opaque; KEP-5504 makes them comparable, as they are in every server with etcd
        return Long.parseUnsignedLong(object.getMetadata().getResourceVersion())
                > Long.parseUnsignedLong(current.getMetadata().getResourceVersion());
    }

    /** Null for a namespace that no informer watches: nothing would ever remove what is stored there. */
    private Partition partitionOf(String key) {
        Partition clusterWide = partitions.get(CLUSTER_WIDE);
        return clusterWide != null
                ? clusterWide
                : partitions.get(ObjectKey.parse(key).namespace());
    }

    private T restored(String key, V value) {
        return value == null ? null : restore.apply(ObjectKey.parse(key), value);
    }

    private String version(String key, V value) {
        return restored(key, value).getMetadata().getResourceVersion();
    }

    /**
     * Writes for one run of an informer.
     *
     * @param <T> the objects
     */
    interface Writer<T> extends ItemStore<T> {

        /** Whether writes still have an effect. */
        boolean isCurrent();

        /**
         * Records that the event of a change was delivered to the route. The next run detects the changes again whose events
         * were not delivered before the run ended.
         *
         * @param object the delivered object, or null for a deletion
         */
        void markDelivered(String key, T object);

        /** Ends the run. The store keeps its content until the next run. */
        void stop();
    }

    /**
     * The last delivered state of an object that has changed since.
     *
     * @param delivered the value as it was delivered, empty if the object did not exist
     * @param version the resourceVersion of the last change, null for a deletion
     */
    private record Undelivered<V>(Optional<V> delivered, String version) {}

    /** The objects of one informer. Reads need no lock; every write holds the lock. */
    private final class Partition {

        private final Map<String, V> values = new ConcurrentHashMap<>();
        // keys with a write request in progress; true if the informer has seen a change of the object since it began
        private final Map<String, Boolean> writing = new HashMap<>();
        // keys whose stored value is our own write, ahead of its watch event: older events must not overwrite it
        private final Set<String> ahead = new HashSet<>();
        private Run current = new Run(this, Map.of());

        synchronized Writer<T> newWriter() {
            current = new Run(this, current.undelivered());
            return current;
        }

        synchronized void beginWrite(String key) {
            writing.put(key, Boolean.FALSE);
        }

        synchronized void completeWrite(String key, T written) {
            V present = values.get(key);
            boolean overtaken = !Boolean.FALSE.equals(writing.remove(key));
            notifyAll();
            if (overtaken && (present == null || !isNewer(written, restored(key, present)))) {
                return;
            }
            ahead.add(key);
            store(key, written);
        }

        synchronized void abortWrite(String key) {
            writing.remove(key);
            notifyAll();
        }

        /** Waits for the response to a write request in progress, but not for a response that is late. */
        synchronized void awaitWrite(String key) {
            long start = System.nanoTime();
            try {
                long left = maxWait.toNanos();
                while (left > 0 && writing.containsKey(key)) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                    left = maxWait.toNanos() - (System.nanoTime() - start);
                }
            } catch (InterruptedException e) {
                // the informer is stopped
                Thread.currentThread().interrupt();
            }
        }

        private void put(String key, T object) {
            writing.replace(key, Boolean.TRUE);
            V present = values.get(key);
            if (present != null && ahead.contains(key) && isNewer(restored(key, present), object)) {
                return;
            }
            ahead.remove(key);
            store(key, object);
        }

        private void remove(String key) {
            writing.replace(key, Boolean.TRUE);
            ahead.remove(key);
            index.replace(values.remove(key), null);
            keyIndex.put(key, null);
        }

        private void store(String key, T object) {
            V value = transform.apply(object);
            index.replace(values.put(key, value), value);
            keyIndex.put(key, indexFunction.apply(object));
        }
    }

    private final class Run implements Writer<T> {

        private final Partition partition;
        // last delivered values of objects with changes that earlier runs did not deliver, until this run has seen them
        private final Map<String, Optional<V>> inherited;
        private final Map<String, Undelivered<V>> undelivered = new HashMap<>();
        private boolean stopped;

        Run(Partition partition, Map<String, Optional<V>> inherited) {
            this.partition = partition;
            this.inherited = inherited;
        }

        private Map<String, Optional<V>> undelivered() {
            Map<String, Optional<V>> all = new HashMap<>(inherited);
            undelivered.forEach((key, change) -> all.put(key, change.delivered()));
            return all;
        }

        @Override
        public boolean isCurrent() {
            synchronized (partition) {
                return partition.current == this && !stopped;
            }
        }

        @Override
        public void stop() {
            synchronized (partition) {
                stopped = true;
            }
        }

        @Override
        public void markDelivered(String key, T object) {
            synchronized (partition) {
                Undelivered<V> change = undelivered.get(key);
                if (change == null || !isCurrent()) {
                    return;
                }
                String version = object == null ? null : object.getMetadata().getResourceVersion();
                if (Objects.equals(version, change.version())) {
                    undelivered.remove(key);
                } else {
                    undelivered.put(
                            key, new Undelivered<>(Optional.ofNullable(object).map(transform), change.version()));
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
                // This may be the event of our own write, before its response. After the response it is not a change.
                partition.awaitWrite(key);
                if (!isCurrent()) {
                    return null;
                }
                V before = takePrevious(key);
                partition.put(key, object);
                String version = object.getMetadata().getResourceVersion();
                // an informer does not deliver an event for an unchanged object
                if (before == null || !version(key, before).equals(version)) {
                    markUndelivered(key, before, version);
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
                V before = takePrevious(key);
                partition.remove(key);
                if (before != null) {
                    markUndelivered(key, before, null);
                }
                return restored(key, before);
            }
        }

        private V takePrevious(String key) {
            Optional<V> delivered = inherited.remove(key);
            return delivered == null ? partition.values.get(key) : delivered.orElse(null);
        }

        private void markUndelivered(String key, V before, String version) {
            undelivered.compute(
                    key,
                    (k, earlier) -> new Undelivered<>(
                            earlier == null ? Optional.ofNullable(before) : earlier.delivered(), version));
        }

        /** Includes deleted objects whose deletion was not delivered: an informer that does not find them delivers it. */
        @Override
        public Stream<String> keySet() {
            synchronized (partition) {
                if (!isCurrent()) {
                    return Stream.empty();
                }
                Set<String> keys = new HashSet<>(partition.values.keySet());
                inherited.forEach((key, delivered) -> delivered.ifPresent(value -> keys.add(key)));
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
