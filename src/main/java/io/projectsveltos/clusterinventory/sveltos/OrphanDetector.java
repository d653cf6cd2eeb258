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
import org.apache.camel.Variable;

/**
 * Finds what is left of profiles that are no longer served:
 *
 * <ul>
 *   <li>outputs whose profile was deleted without our help, because its finalizer was removed by hand;
 *   <li>profiles that are being deleted and have our finalizer, but that this process no longer serves (its label selector,
 *       its namespaces): if no other deployment serves them either, no other process would remove the finalizer.
 * </ul>
 *
 * <p>They become suspects when a scan sees them, and orphans when the next scan, a sync period later, sees them again and
 * the API server has confirmed it. A confirmation is valid until the next scan, and before anything is deleted the API
 * server is asked again. Thread-safe.
 */
public final class OrphanDetector {

    private final InformerStore<ClusterProfile, ClusterProfile> profiles;
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets;
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters;
    private final boolean seesAll;
    private final Ownership ownership = new Ownership();
    private Set<String> missingBefore = Set.of();
    private Set<String> strandedBefore = Set.of();
    private volatile Set<String> confirmed = Set.of();

    /**
     * The result of a scan.
     *
     * @param suspects the keys of profiles that were missing in this scan and the one before
     * @param isListNeeded whether {@link #confirm} needs the API server's list of all profiles
     */
    public record Scan(Set<String> suspects, boolean isListNeeded) {}

    /**
     * Starts without suspects.
     *
     * @param seesAll whether this process serves all profiles of the cluster, so that none can leave what it serves
     */
    OrphanDetector(
            InformerStore<ClusterProfile, ClusterProfile> profiles,
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets,
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters,
            boolean seesAll) {
        this.profiles = profiles;
        this.secrets = secrets;
        this.clusters = clusters;
        this.seesAll = seesAll;
    }

    /**
     * Scans the informers' stores; called once per sync period. It ends the confirmations from the scan before.
     *
     * @return the result
     */
    public synchronized Scan scan() {
        confirmed = Set.of();
        boolean cachesSynced = Stream.of(profiles, secrets, clusters)
                .allMatch(store -> store.synced().isDone());
        Set<String> missing = cachesSynced ? missing() : Set.of();
        Set<String> suspects = new HashSet<>(missing);
        suspects.retainAll(missingBefore);
        missingBefore = missing;
        return new Scan(suspects, cachesSynced && (!seesAll || !suspects.isEmpty()));
    }

    /**
     * Compares the suspects with what the API server has.
     *
     * @param scan the latest scan
     * @param existing all profiles that the API server has
     * @return the keys of profiles whose outputs or finalizer have to be cleaned up
     */
    public synchronized Set<String> confirm(
            @Variable("orphanScan") Scan scan, @Body List<? extends HasMetadata> existing) {
        Set<String> orphans = new HashSet<>(scan.suspects());
        existing.forEach(profile -> orphans.remove(ObjectKey.of(profile).toString()));
        Set<String> stranded = existing.stream()
                .filter(this::isStranded)
                .map(profile -> ObjectKey.of(profile).toString())
                .collect(Collectors.toSet());
        stranded.stream().filter(strandedBefore::contains).forEach(orphans::add);
        strandedBefore = stranded;
        confirmed = orphans;
        return orphans;
    }

    /**
     * Whether something has to be cleaned up for a profile.
     *
     * @param profile the profile's key
     * @return true from its confirmation to the next scan
     */
    public boolean isConfirmed(@Variable("key") ObjectKey profile) {
        return confirmed.contains(profile.toString());
    }

    private boolean isStranded(HasMetadata profile) {
        List<String> finalizers = profile.getMetadata().getFinalizers();
        return profile.getMetadata().getDeletionTimestamp() != null
                && finalizers != null
                && finalizers.contains(ClusterProfile.FINALIZER)
                && profiles.get(ObjectKey.of(profile).toString()) == null;
    }

    private Set<String> missing() {
        return Stream.concat(
                        ours(secrets).map(ManagedMetadata::profileOfSecret),
                        ours(clusters).map(ManagedMetadata::profileOfSveltosCluster))
                .filter(Objects::nonNull)
                .filter(profile -> profiles.get(profile) == null)
                .collect(Collectors.toSet());
    }

    private Stream<PartialObjectMetadata> ours(InformerStore<PartialObjectMetadata, PartialObjectMetadata> store) {
        return store.values().stream().filter(ownership::isOurs);
    }
}
