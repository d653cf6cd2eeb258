package io.projectsveltos.clusterinventory.credential;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;

/**
 * A key of a Secret.
 *
 * @param secret where the Secret is
 * @param key the key in its data
 */
public record SecretReference(ObjectKey secret, String key) {

    @Override
    public String toString() {
        return "key '" + key + "' of Secret " + secret;
    }
}
