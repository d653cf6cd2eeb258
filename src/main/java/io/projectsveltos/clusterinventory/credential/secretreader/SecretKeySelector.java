package io.projectsveltos.clusterinventory.credential.secretreader;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;

/**
 * A key of a Secret, like core/v1's type of this name, and how to use the kubeconfig there.
 *
 * @param secret namespace and name
 * @param context the context that becomes the kubeconfig's current one, or null to leave the current context unchanged
 */
public record SecretKeySelector(ObjectKey secret, String key, String context) {

    @Override
    public String toString() {
        return "key '" + key + "' in Secret " + secret;
    }
}
