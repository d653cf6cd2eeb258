package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.secretreader.SecretKeySelector;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;

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
 * @param cluster the SveltosCluster
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
        Output cluster,
        ReconcileFailure failure) {

    /** Whether the profile gets the finalizer, which is the first write. */
    boolean isFinalizerMissing() {
        return profile != null
                && !profile.isBeingDeleted()
                && provider != null
                && failure == null
                && !profile.isFinalizerSet();
    }

    boolean isWrite() {
        return isFinalizerMissing()
                || secret.change().isWrite()
                || cluster.change().isWrite();
    }
}
