package io.projectsveltos.clusterinventory.credential.secretreader;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.Renewal;

/**
 * A key of a Secret, like core/v1's type of this name, and how to use the kubeconfig there.
 *
 * @param secret namespace and name
 * @param context the context that becomes the kubeconfig's current one, or null to leave the current context unchanged
 * @param renewal the request to read it again, see {@link Renewal}, or null
 */
public record SecretKeySelector(ObjectKey secret, String key, String context, String renewal) {

    /** A key that is read again only if the Secret changes. */
    public SecretKeySelector(ObjectKey secret, String key, String context) {
        this(secret, key, context, null);
    }

    @Override
    public String toString() {
        return "key '" + key + "' in Secret " + secret;
    }
}
