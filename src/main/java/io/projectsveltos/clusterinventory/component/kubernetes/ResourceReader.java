package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * Reads objects of a type once, for a process that does not watch them.
 *
 * @param <T> the class that objects are read as
 */
public final class ResourceReader<T extends HasMetadata> {

    private final ResourceContext<T> resources;
    private ResourceClient<T> requests;

    private ResourceReader(ResourceContext<T> resources) {
        this.resources = resources;
    }

    /**
     * Reads whole objects.
     *
     * @param client the client
     * @param type the class that objects are read as
     * @param versions the type in its versions, in order of preference
     * @param <T> that class
     * @return a reader, which has sent no request yet
     */
    public static <T extends HasMetadata> ResourceReader<T> of(
            KubernetesClient client, Class<T> type, List<ResourceType> versions) {
        return new ResourceReader<>(new ResourceContext<>(
                client, versions, type, List.of(), new ResourceOptions(), ApiServerListener.none()));
    }

    /**
     * Reads metadata, so that the content of objects never reaches this process.
     *
     * @param client the client
     * @param type the type
     * @return a reader, which has sent no request yet
     */
    public static ResourceReader<PartialObjectMetadata> ofMetadata(KubernetesClient client, ResourceType type) {
        return of(MetadataClient.of(client), PartialObjectMetadata.class, List.of(type));
    }

    /**
     * Reads an object.
     *
     * @param key its namespace and name
     * @return the object, or null if it does not exist
     * @throws KubernetesApiException if the API server does not serve the type, or does not answer with the object
     */
    public T get(ObjectKey key) {
        return requests().get(key);
    }

    /**
     * Lists objects, page by page.
     *
     * @param namespaces the namespaces, empty for the whole cluster
     * @param labelSelector may be null or blank
     * @param fieldSelector may be null or blank
     * @return the objects
     * @throws KubernetesApiException if the API server does not serve the type, or does not answer with the objects
     */
    public List<T> list(List<String> namespaces, String labelSelector, String fieldSelector) {
        return namespaces.isEmpty()
                ? requests().list(null, labelSelector, fieldSelector)
                : namespaces.stream()
                        .flatMap(namespace -> requests().list(namespace, labelSelector, fieldSelector).stream())
                        .toList();
    }

    private ResourceClient<T> requests() {
        if (requests == null) {
            requests = resources.newClient(resources.typeFor(null));
        }
        return requests;
    }
}
