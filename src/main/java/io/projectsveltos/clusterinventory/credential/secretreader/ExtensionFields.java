package io.projectsveltos.clusterinventory.credential.secretreader;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The fields of an entry's extension {@code client.authentication.k8s.io/exec}, with which a cluster manager says where a
 * Secret is.
 */
record ExtensionFields(AccessProvider provider, Map<String, Object> values) {

    static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    static final Pattern SECRET_NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    static final Pattern SECRET_KEY = Pattern.compile("(?!\\.\\.?$)[-._a-zA-Z0-9]{1,253}");

    /**
     * Reads the extension of an entry.
     *
     * @param purpose what the extension has to contain, for the Event
     * @throws ReconcileFailure if there is none
     */
    static ExtensionFields of(AccessProvider provider, String purpose) {
        return new ExtensionFields(
                provider,
                provider.extension(AccessProvider.EXEC_EXTENSION)
                        .orElseThrow(() -> invalid(
                                provider,
                                "has no extension " + AccessProvider.EXEC_EXTENSION + " with " + purpose
                                        + ": add it in the cluster manager")));
    }

    /**
     * A name in a field.
     *
     * @throws ReconcileFailure if it is missing or invalid
     */
    String required(String field, Pattern valid) {
        String value = optional(field, valid, null);
        if (value == null) {
            throw invalid(provider, "has no '" + field + "' in its extension " + AccessProvider.EXEC_EXTENSION);
        }
        return value;
    }

    /**
     * A name in a field that may be missing.
     *
     * @throws ReconcileFailure if it is invalid
     */
    String optional(String field, Pattern valid, String otherwise) {
        Object value = values.get(field);
        if (value == null || "".equals(value)) {
            return otherwise;
        }
        if (!(value instanceof String text) || !valid.matcher(text).matches()) {
            throw invalid(
                    provider,
                    "has a '" + field + "' in its extension " + AccessProvider.EXEC_EXTENSION
                            + " that is not a valid Kubernetes name");
        }
        return text;
    }

    /**
     * The namespace of the Secret: the profile's own, unless the extension names another one.
     *
     * @param own the profile's namespace
     * @throws ReconcileFailure if it is invalid, or not allowed
     */
    String namespace(String own, AllowedNamespaces allowed) {
        String namespace = optional("namespace", NAMESPACE, own);
        if (!allowed.contains(namespace, own)) {
            throw invalid(
                    provider,
                    "refers to a Secret in namespace " + namespace
                            + ", which the setting secretreader.namespaces does not allow");
        }
        return namespace;
    }

    static ReconcileFailure invalid(AccessProvider provider, String what) {
        return new ReconcileFailure(
                Reason.InvalidAccessProvider, "The access provider " + provider.name() + " " + what);
    }
}
