package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** What the SveltosCluster of a profile is, and what it should be. */
public final class SveltosClusters {

    private static final String KEY_NAME = DesiredObject.contentPath("spec", "kubeconfigKeyName");
    private static final String TOKEN_RENEWAL = DesiredObject.contentPath("spec", "tokenRequestRenewalOption");

    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> store;
    private final OutputOptions options;
    private final Ownership ownership = new Ownership();

    SveltosClusters(InformerStore<PartialObjectMetadata, PartialObjectMetadata> store, OutputOptions options) {
        this.store = store;
        this.options = options;
    }

    /**
     * Looks a SveltosCluster up in the informer's store.
     *
     * @param profile the profile's key
     * @return its metadata, or null
     */
    public PartialObjectMetadata get(@Variable("key") ObjectKey profile) {
        return store.get(profile.toString());
    }

    /** Whether the profile has a SveltosCluster of ours. */
    boolean hasSveltosCluster(ObjectKey profile) {
        return ownership.isOurs(get(profile));
    }

    /**
     * What an apply would do to the SveltosCluster.
     *
     * @param profile the profile
     * @param current the SveltosCluster as it is, or null
     * @return the result
     */
    public OperationResult change(
            @Variable("clusterProfile") ClusterProfile profile, @Body PartialObjectMetadata current) {
        if (desired(profile, current).matches(current)) {
            return OperationResult.NONE;
        }
        return current == null ? OperationResult.CREATED : OperationResult.UPDATED;
    }

    /**
     * The fields that an apply would change.
     *
     * @param profile the profile
     * @param current the SveltosCluster as it is, or null
     * @return the fields, each after {@code +} or {@code -}; empty if there is no SveltosCluster
     */
    public List<String> differences(ClusterProfile profile, PartialObjectMetadata current) {
        return desired(profile, current).differences(current);
    }

    /**
     * The SveltosCluster, for server-side apply.
     *
     * @param profile the profile
     * @param current the SveltosCluster as it is, or null
     * @return the body of the apply
     * @throws ReconcileFailure if there is a SveltosCluster with this name that is not ours
     */
    public Map<String, Object> toApply(
            @Variable("clusterProfile") ClusterProfile profile, @Body PartialObjectMetadata current) {
        Ownership.refuseForeign("SveltosCluster", current);
        return desired(profile, current).toApply(current);
    }

    /**
     * Which writer undoes our repairs of the SveltosCluster.
     *
     * @param profile the profile
     * @param current the SveltosCluster as it is, or null
     * @return one line for a human
     */
    public String conflict(@Variable("clusterProfile") ClusterProfile profile, @Body PartialObjectMetadata current) {
        return desired(profile, current).conflict(current);
    }

    /** Whether Sveltos renews the token of this cluster and writes the new kubeconfig to our key of the managed Secret. */
    boolean isRenewedInOurKey(ObjectKey profile) {
        PartialObjectMetadata cluster = get(profile);
        return isTokenRenewed(cluster) && DesiredObject.isApplied(cluster, KEY_NAME);
    }

    private DesiredObject desired(ClusterProfile profile, PartialObjectMetadata current) {
        Map<String, String> spec = new HashMap<>();
        spec.put("kubeconfigName", ManagedMetadata.secretOf(profile.getKey()).name());
        if (!isTokenRenewed(current) || DesiredObject.isApplied(current, KEY_NAME)) {
            spec.put("kubeconfigKeyName", ManagedMetadata.KUBECONFIG_KEY);
        }
        return new DesiredObject(
                "lib.projectsveltos.io/v1beta1",
                "SveltosCluster",
                profile.getKey(),
                options.labels(profile),
                options.annotations(profile),
                "spec",
                spec);
    }

    /** Whether Sveltos renews the token itself. It writes the new kubeconfig to another key by default. */
    private static boolean isTokenRenewed(PartialObjectMetadata cluster) {
        return cluster != null && cluster.managedFields().isOwned(TOKEN_RENEWAL);
    }
}
