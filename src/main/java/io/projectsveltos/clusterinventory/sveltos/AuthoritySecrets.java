package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.registration.WorkloadIdentity;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** What the Secret with the CA of a cluster is that is registered with workload identity, and what it should be. */
public final class AuthoritySecrets {

    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> store;
    private final Ownership ownership = new Ownership();

    AuthoritySecrets(InformerStore<PartialObjectMetadata, PartialObjectMetadata> store) {
        this.store = store;
    }

    /**
     * Looks an authority Secret up in the informer's store.
     *
     * @param profile the profile's key
     * @return its metadata, or null
     */
    public PartialObjectMetadata get(@Variable("key") ObjectKey profile) {
        return store.get(ManagedMetadata.authoritySecretOf(profile).toString());
    }

    /**
     * Whether the profile has an authority Secret of ours.
     *
     * @param profile the profile's key
     * @return true if so
     */
    public boolean hasAuthoritySecret(@Variable("key") ObjectKey profile) {
        return ownership.isOurs(get(profile));
    }

    /**
     * What an apply would do to the authority Secret.
     *
     * @param profile the profile
     * @param identity the workload identity, with a CA
     * @param current the Secret as it is, or null
     * @return the result
     */
    public OperationResult change(ClusterProfile profile, WorkloadIdentity identity, PartialObjectMetadata current) {
        if (desired(profile, identity).matches(current)) {
            return OperationResult.NONE;
        }
        return current == null ? OperationResult.CREATED : OperationResult.UPDATED;
    }

    /**
     * The authority Secret, for server-side apply.
     *
     * @param profile the profile
     * @param identity the workload identity, with a CA
     * @param current the Secret as it is, or null
     * @return the body of the apply
     * @throws ReconcileFailure if there is a Secret with this name that is not ours
     */
    public Map<String, Object> toApply(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity,
            @Body PartialObjectMetadata current) {
        Ownership.refuseForeign("Secret", current);
        return desired(profile, identity).toApply(current);
    }

    /**
     * Which writer undoes our repairs of the authority Secret.
     *
     * @param profile the profile
     * @param identity the workload identity, with a CA
     * @param current the Secret as it is, or null
     * @return one line for a human
     */
    public String conflict(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity,
            @Body PartialObjectMetadata current) {
        return desired(profile, identity).conflict(current);
    }

    private static DesiredObject desired(ClusterProfile profile, WorkloadIdentity identity) {
        return new DesiredObject(
                "v1",
                "Secret",
                ManagedMetadata.authoritySecretOf(profile.getKey()),
                Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER),
                Map.of(
                        ManagedMetadata.ACCESS_PROVIDER, identity.accessProvider(),
                        ManagedMetadata.FINGERPRINT, Credential.fingerprintOf(identity.authority())),
                "data",
                Map.of(ManagedMetadata.AUTHORITY_KEY, identity.authority()));
    }
}
