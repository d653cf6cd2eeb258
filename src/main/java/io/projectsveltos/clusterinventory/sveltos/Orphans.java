package io.projectsveltos.clusterinventory.sveltos;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * Finds outputs whose profile is gone without our having seen it go: its finalizer was taken off by hand. They are
 * suspects when seen twice, a sync period apart, and orphans once the API server itself says that the profile is gone; a
 * profile of another shard is not in our cache, but it is there.
 */
public final class Orphans {

    private final InformerStore<ClusterProfile, ClusterProfile> profiles;
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets;
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters;
    private final Ownership ownership = new Ownership();
    private Set<String> seenBefore = Set.of();
    private Set<String> suspects = Set.of();
    private volatile Set<String> confirmed = Set.of();

    /**
     * Makes a finder.
     *
     * @param profiles the profiles there are
     * @param secrets the managed Secrets there are
     * @param clusters the SveltosClusters there are
     */
    public Orphans(
            InformerStore<ClusterProfile, ClusterProfile> profiles,
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets,
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters) {
        this.profiles = profiles;
        this.secrets = secrets;
        this.clusters = clusters;
    }

    /**
     * Looks round; to be called once a sync period.
     *
     * @return the keys of profiles that were missing this time and the time before
     */
    public synchronized Set<String> suspects() {
        boolean blind = !profiles.synced().isDone()
                || !secrets.synced().isDone()
                || !clusters.synced().isDone();
        Set<String> missing = blind ? Set.of() : missing();
        suspects = new HashSet<>(missing);
        suspects.retainAll(seenBefore);
        seenBefore = missing;
        return suspects;
    }

    /**
     * Clears the suspects of which there is a profile after all.
     *
     * @param existing all profiles that the API server has
     * @return the keys of those that are gone
     */
    public synchronized Set<String> confirm(@Body List<? extends HasMetadata> existing) {
        Set<String> gone = new HashSet<>(suspects);
        existing.forEach(profile -> gone.remove(ObjectKey.of(profile).toString()));
        confirmed = gone;
        return gone;
    }

    /**
     * Whether the outputs of a profile are orphans.
     *
     * @param profile the profile's key
     * @return true once it is confirmed
     */
    public boolean isConfirmed(@ExchangeProperty("key") ObjectKey profile) {
        return confirmed.contains(profile.toString());
    }

    private Set<String> missing() {
        return Stream.concat(
                        ours(secrets).map(Outputs::profileOfSecret),
                        ours(clusters).map(Outputs::profileOfCluster))
                .filter(Objects::nonNull)
                .filter(profile -> profiles.get(profile) == null)
                .collect(Collectors.toSet());
    }

    private Stream<PartialObjectMetadata> ours(InformerStore<PartialObjectMetadata, PartialObjectMetadata> store) {
        return store.values().stream().filter(ownership::isOurs);
    }
}
