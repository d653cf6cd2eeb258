package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import org.apache.camel.Variable;

/** The managed Secret and the SveltosCluster of a profile together. */
public final class Outputs {

    private final ManagedSecrets managedSecrets;
    private final SveltosClusters sveltosClusters;

    Outputs(ManagedSecrets managedSecrets, SveltosClusters sveltosClusters) {
        this.managedSecrets = managedSecrets;
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
}
