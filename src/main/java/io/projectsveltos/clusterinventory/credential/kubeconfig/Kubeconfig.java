package io.projectsveltos.clusterinventory.credential.kubeconfig;

import java.time.Instant;

/**
 * A kubeconfig that was made for a profile.
 *
 * @param content the kubeconfig
 * @param expiry when what is in it expires, or null for never
 */
public record Kubeconfig(byte[] content, Instant expiry) {

    /** Says nothing of the content. */
    @Override
    public String toString() {
        return "Kubeconfig[" + content.length + " bytes, expires " + expiry + "]";
    }
}
