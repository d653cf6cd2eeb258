package io.projectsveltos.clusterinventory.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** One Lease of the API server. Every method makes one request, and fails with a {@link KubernetesClientException}. */
interface LeaseClient {

    /** The Lease, or null when there is none. */
    Lease get();

    /** Creates the Lease; a conflict if there is one. */
    Lease create(Lease lease);

    /** Replaces the Lease; a conflict if its resourceVersion is not the one given. */
    Lease update(Lease lease);

    static LeaseClient of(KubernetesClient client, String namespace, String name) {
        return new LeaseClient() {
            @Override
            public Lease get() {
                return client.resources(Lease.class)
                        .inNamespace(namespace)
                        .withName(name)
                        .get();
            }

            @Override
            public Lease create(Lease lease) {
                return client.resource(lease).create();
            }

            @Override
            public Lease update(Lease lease) {
                return client.resource(lease).update();
            }
        };
    }
}
