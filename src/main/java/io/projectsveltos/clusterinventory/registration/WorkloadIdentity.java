package io.projectsveltos.clusterinventory.registration;

import java.util.Map;

/**
 * How Sveltos accesses a cluster with its own identity in a cloud, without a kubeconfig. It holds no credential.
 *
 * @param accessProvider the name of the access provider that it is made from
 * @param spec {@code spec.workloadIdentity} of the SveltosCluster, without the reference to the Secret with the CA
 * @param authority the CA of the cluster's API server, PEM in base64; null if the system's CAs are used
 */
public record WorkloadIdentity(String accessProvider, Map<String, Object> spec, String authority) {}
