package io.projectsveltos.clusterinventory.registration;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.credential.golang.GoBase64;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the clusters of an access provider are registered with workload identity.
 *
 * @param name the access provider's name
 * @param cloud whose identity it is
 * @param fields the values of the cloud's block
 */
record Registration(String name, CloudProvider cloud, Map<String, ProfileTemplate> fields) {

    private static final String AUTHORITY = "certificate-authority-data";

    /** What Sveltos would ignore: it would connect in another way than the cluster manager says. */
    private static final List<String> NOT_SUPPORTED =
            List.of("proxy-url", "tls-server-name", "insecure-skip-tls-verify");

    /**
     * The registration of one cluster.
     *
     * @param entry the profile's entry, whose cluster is valid
     * @throws ReconcileFailure if the profile lacks a field, or the entry cannot be used with workload identity
     */
    WorkloadIdentity resolve(ClusterProfile profile, AccessProvider entry) {
        String server = (String) entry.cluster().get("server");
        if (!server.toLowerCase(Locale.ROOT).startsWith("https://")) {
            throw invalid(
                    "has a server that does not begin with https://: Sveltos would send it a token in plain text");
        }
        for (String field : NOT_SUPPORTED) {
            Object value = entry.cluster().get(field);
            if (value != null && !value.equals("") && !value.equals(false)) {
                throw invalid("has " + field + ", which Sveltos does not use with workload identity: remove it, or use"
                        + " an access provider with a kubeconfig");
            }
        }
        Map<String, Object> spec = new TreeMap<>();
        spec.put("provider", cloud.name());
        spec.put("endpoint", server);
        spec.put(cloud.block(), values(profile, entry));
        return new WorkloadIdentity(name, spec, authority(entry));
    }

    private Map<String, Object> values(ClusterProfile profile, AccessProvider entry) {
        Map<String, Object> values = new TreeMap<>();
        fields.forEach((field, template) -> {
            template.missing(profile, entry).ifPresent(reference -> {
                throw invalid("lacks " + reference + ", which the registration file needs for " + cloud.block() + "."
                        + field + ": add it in the cluster manager, or change the registration file");
            });
            values.put(field, template.resolve(profile, entry));
        });
        return values;
    }

    /** In the form of the API, which has no line breaks in base64. */
    private static String authority(AccessProvider entry) {
        return entry.cluster().get(AUTHORITY) instanceof String data && !data.isEmpty()
                ? Base64.getEncoder().encodeToString(GoBase64.decode(data))
                : null;
    }

    private ReconcileFailure invalid(String fault) {
        return new ReconcileFailure(Reason.InvalidAccessProvider, "The access provider " + name + " " + fault);
    }
}
