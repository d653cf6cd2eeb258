package io.projectsveltos.clusterinventory.credential.secretreader;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;

/**
 * A key of a Secret.
 *
 * @param secret where the Secret is
 * @param key the key in its data
 * @param context the context of the kubeconfig there that is to be its current one, or null for the one that is
 */
public record SecretKeySelector(ObjectKey secret, String key, String context) {

    @Override
    public String toString() {
        return "key '" + key + "' of Secret " + secret;
    }
}
