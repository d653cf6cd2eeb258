package io.projectsveltos.clusterinventory.credential.kubeconfig;

import java.time.Instant;

/**
 * A kubeconfig that was built for a profile.
 *
 * @param content YAML
 * @param expiry when its credential expires, or null for never
 */
public record Kubeconfig(byte[] content, Instant expiry) {

    /** Leaves the content out, which is a credential. */
    @Override
    public String toString() {
        return "Kubeconfig[" + content.length + " bytes, expires " + expiry + "]";
    }
}
