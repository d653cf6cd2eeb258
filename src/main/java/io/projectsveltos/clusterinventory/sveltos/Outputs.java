package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.registration.Registered;
import org.apache.camel.Variable;

/** The outputs of a profile together. */
public final class Outputs {

    private final ManagedSecrets managedSecrets;
    private final AuthoritySecrets authoritySecrets;
    private final SveltosClusters sveltosClusters;

    Outputs(ManagedSecrets managedSecrets, AuthoritySecrets authoritySecrets, SveltosClusters sveltosClusters) {
        this.managedSecrets = managedSecrets;
        this.authoritySecrets = authoritySecrets;
        this.sveltosClusters = sveltosClusters;
    }

    /**
     * Sveltos' connection to the cluster of a profile.
     *
     * @param profile the profile's key
     * @return what Sveltos reports; null while only metadata is read, and without a SveltosCluster
     */
    public SveltosConnection connection(ObjectKey profile) {
        return sveltosClusters.connection(profile);
    }

    /**
     * Whether the profile has an output of ours. The SveltosCluster of such a profile is kept up to date, and created again
     * if somebody deleted it, even if the next credential cannot be obtained: the last good one is still in use.
     *
     * @param profile the profile's key
     * @return true if the informers know a SveltosCluster or a managed Secret of the profile with our label
     */
    public boolean hasAny(@Variable("key") ObjectKey profile) {
        return sveltosClusters.hasSveltosCluster(profile) || managedSecrets.hasManagedSecret(profile);
    }

    /**
     * Whether the SveltosCluster of a profile has workload identity in place of a kubeconfig. Its fields depend on the
     * profile, so it is only written once its access provider is known.
     *
     * @param profile the profile's key
     * @return true if the informer knows such a SveltosCluster with our label
     */
    public boolean isRegisteredWithWorkloadIdentity(ObjectKey profile) {
        return sveltosClusters.isRegisteredWithWorkloadIdentity(profile);
    }

    /**
     * What we have applied to the metadata of the SveltosCluster of a profile and still own.
     *
     * @param profile the profile's key
     * @return it, or null if the informer knows no SveltosCluster with our label
     */
    public Registered registered(ObjectKey profile) {
        return sveltosClusters.registered(profile);
    }

    /**
     * Whether the profile has a Secret with a CA.
     *
     * @param profile the profile's key
     * @return true if the informer knows one with our label
     */
    public boolean hasAuthoritySecret(ObjectKey profile) {
        return authoritySecrets.hasAuthoritySecret(profile);
    }

    /**
     * Whether the managed Secret is left from a registration with a kubeconfig.
     *
     * @param profile the profile's key
     * @return true once the API server has accepted a SveltosCluster that does not refer to it
     */
    public boolean isManagedSecretUnneeded(ObjectKey profile) {
        return managedSecrets.hasManagedSecret(profile) && !sveltosClusters.needsKubeconfig(profile);
    }

    /**
     * Whether the Secret with the CA is left from a registration with workload identity.
     *
     * @param profile the profile's key
     * @return true once the API server has accepted a SveltosCluster that does not refer to it
     */
    public boolean isAuthoritySecretUnneeded(ObjectKey profile) {
        return authoritySecrets.hasAuthoritySecret(profile) && !sveltosClusters.needsAuthority(profile);
    }
}
