package io.projectsveltos.clusterinventory.registration;

import java.util.List;
import java.util.Locale;

/** The clouds whose workload identity Sveltos can use, with the fields of {@code spec.workloadIdentity} in SveltosCluster. */
enum CloudProvider {
    AWS(List.of("clusterName"), List.of("roleARN", "region")),
    GCP(List.of("projectID", "clusterName", "location"), List.of()),
    Azure(List.of("tenantID", "clientID"), List.of("subscriptionID", "resourceGroup", "clusterName"));

    private final List<String> required;
    private final List<String> optional;

    CloudProvider(List<String> required, List<String> optional) {
        this.required = required;
        this.optional = optional;
    }

    List<String> required() {
        return required;
    }

    boolean hasField(String name) {
        return required.contains(name) || optional.contains(name);
    }

    /** The name of its block. */
    String block() {
        return name().toLowerCase(Locale.ROOT);
    }
}
