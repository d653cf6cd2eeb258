package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * The namespace and name of an object: apimachinery's {@code NamespacedName}, the key of queues, caches and log lines.
 *
 * @param namespace the namespace
 * @param name the name
 */
public record ObjectKey(String namespace, String name) {

    /**
     * The key of an object.
     *
     * @param object a namespaced object
     * @return its key
     */
    public static ObjectKey of(HasMetadata object) {
        return new ObjectKey(
                object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    /**
     * Parses the result of {@link #toString()}.
     *
     * @param key {@code namespace/name}
     * @return the key
     * @throws IllegalArgumentException if the text does not have this form
     */
    public static ObjectKey parse(String key) {
        int slash = key.indexOf('/');
        if (slash <= 0 || slash == key.length() - 1) {
            throw new IllegalArgumentException("'" + key + "' is not a key of the form namespace/name");
        }
        return new ObjectKey(key.substring(0, slash), key.substring(slash + 1));
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
