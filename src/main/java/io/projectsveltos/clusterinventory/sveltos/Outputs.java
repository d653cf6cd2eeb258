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
     * Whether the profile has an output of ours. The SveltosCluster of such a profile is kept as it should be, and created
     * again if somebody deleted it, even if the next credential cannot be obtained: the last good one is still in use.
     *
     * @param profile the profile's key
     * @return true if the informers know a SveltosCluster or a managed Secret of the profile with our label
     */
    public boolean hasAny(@Variable("key") ObjectKey profile) {
        return sveltosClusters.hasSveltosCluster(profile) || managedSecrets.hasManagedSecret(profile);
    }
}
