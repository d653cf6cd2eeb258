package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ControlPlaneHealth;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.secretreader.SecretKeySelector;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.registration.WorkloadIdentity;

/**
 * What the next reconcile of a profile would do.
 *
 * @param key the profile's key
 * @param profile the profile, or null if there is none
 * @param provider the selected access provider, or null if none is offered or usable
 * @param source the key of a Secret that the kubeconfig is copied from, or null
 * @param isCredentialDue whether a kubeconfig is read or requested
 * @param warning what is wrong with a kubeconfig that is used nevertheless, or null
 * @param secret the managed Secret
 * @param authority the Secret with the CA of a cluster that is registered with workload identity
 * @param cluster the SveltosCluster
 * @param identity how Sveltos accesses the cluster without a kubeconfig, or null
 * @param rules what the rules of the registration file add
 * @param successor the profile that registers the cluster in place of this one, or null
 * @param isHeldBack whether the profile is not registered until its control plane is healthy
 * @param isPaused whether this controller, and no other writer, has paused the SveltosCluster
 * @param failure why the reconcile fails, or null
 */
record Preview(
        ObjectKey key,
        ClusterProfile profile,
        SelectedProvider provider,
        SecretKeySelector source,
        boolean isCredentialDue,
        String warning,
        Output secret,
        Output authority,
        Output cluster,
        WorkloadIdentity identity,
        RuleValues rules,
        ObjectKey successor,
        boolean isHeldBack,
        boolean isPaused,
        ReconcileFailure failure) {

    /** Whether the profile gets the finalizer, which is the first write. */
    boolean isFinalizerMissing() {
        return profile != null
                && !profile.isBeingDeleted()
                && successor == null
                && provider != null
                && failure == null
                && !profile.isFinalizerSet();
    }

    /** Why nothing is registered although nothing is wrong, one line; null if it is, or would be. */
    String hold() {
        if (successor != null && !profile.isBeingDeleted()) {
            return "ClusterProfile " + successor
                    + " is older and of the same cluster, which is registered once (setting" + " same-cluster).";
        }
        return isHeldBack
                ? "Its condition " + ControlPlaneHealth.CONDITION + " is "
                        + (profile.getControlPlaneHealth() == ControlPlaneHealth.UNHEALTHY
                                ? "False"
                                : "Unknown or missing")
                        + "; the cluster is registered when it is True (setting health-gate)."
                : null;
    }

    boolean isWrite() {
        return isFinalizerMissing()
                || secret.change().isWrite()
                || authority.change().isWrite()
                || cluster.change().isWrite();
    }
}
