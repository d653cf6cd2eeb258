package io.projectsveltos.clusterinventory.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** One Lease in the API server. Each method makes one request, and fails with a {@link KubernetesClientException}. */
interface LeaseClient {

    /** The Lease; null when it does not exist. */
    Lease get();

    /** Creates the Lease; a conflict if it exists. */
    Lease create(Lease lease);

    /** Replaces the Lease; a conflict if its resourceVersion has changed. */
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
