package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.dsl.internal.HasMetadataOperationsImpl;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What the options of an endpoint say of its objects.
 *
 * @param client the client, one that reads only metadata if so asked
 * @param types the type in its versions, the preferred one first
 * @param form the class that objects are read as
 * @param namespaces where to watch, empty for the whole cluster
 * @param options the other options
 * @param listener hears of what the API server answers to single requests
 * @param <T> the objects
 */
record Resources<T extends HasMetadata>(
        KubernetesClient client,
        List<ResourceType> types,
        Class<T> form,
        List<String> namespaces,
        ResourceOptions options,
        ApiServerListener listener) {

    static Resources<?> of(
            KubernetesClient client,
            List<ResourceType> types,
            Class<? extends HasMetadata> usualForm,
            ResourceOptions options,
            String namespace,
            ApiServerListener listener) {
        List<String> namespaces = namespaces(options.getNamespaces(), namespace);
        if (options.isMetadataOnly()) {
            return new Resources<>(
                    MetadataClient.of(client), types, PartialObjectMetadata.class, namespaces, options, listener);
        }
        Class<? extends HasMetadata> form = options.getResourceClass() == null ? usualForm : options.getResourceClass();
        types.forEach(type -> client.getKubernetesSerialization()
                .registerKubernetesResource(type.apiVersion(), HasMetadata.getKind(form), form));
        return new Resources<>(client, types, form, namespaces, options, listener);
    }

    /**
     * Asks the server which of the versions it has.
     *
     * @return the type in the first version on offer
     * @throws KubernetesApiException if there is none, or no answer
     */
    ResourceType served() {
        if (types.size() == 1 && types.get(0).group().isEmpty()) {
            return types.get(0);
        }
        return types.stream()
                .filter(this::isServed)
                .findFirst()
                .orElseThrow(() -> KubernetesApiException.of(
                        404,
                        "the API server has no " + types.get(0).qualifiedName() + " in "
                                + types.stream().map(ResourceType::version).toList()
                                + ": install its CustomResourceDefinition"));
    }

    private boolean isServed(ResourceType type) {
        String answer = lookUp("/apis/" + type.apiVersion());
        if (answer == null) {
            return false;
        }
        JsonNode resources = client.getKubernetesSerialization()
                .unmarshal(answer, JsonNode.class)
                .path("resources");
        return StreamSupport.stream(resources.spliterator(), false)
                .anyMatch(resource -> resource.path("name").asText().equals(type.plural()));
    }

    private String lookUp(String path) {
        try {
            return client.raw(path);
        } catch (KubernetesClientException e) {
            if (e.getStatus() == null) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw KubernetesApiException.unanswered(
                        "cannot look up " + path + ": " + KubernetesApiException.whyUnanswered(cause), e);
            }
            throw KubernetesApiException.of(
                    e.getCode(),
                    "cannot look up " + path + ": " + e.getCode() + " "
                            + e.getStatus().getMessage());
        }
    }

    /**
     * Requests for objects of the given version.
     *
     * @param apiVersion the version, or null for the one that the server has
     */
    ResourceClient<T> requests(String apiVersion) {
        ResourceType type = types.stream()
                .filter(candidate -> types.size() == 1 || candidate.apiVersion().equals(apiVersion))
                .findFirst()
                .orElseGet(this::served);
        return new ResourceClient<>(client, type, form, listener);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    HasMetadataOperationsImpl<T, KubernetesResourceList<T>> watchable(ResourceType type) {
        ResourceDefinitionContext context = new ResourceDefinitionContext.Builder()
                .withGroup(type.group())
                .withVersion(type.version())
                .withPlural(type.plural())
                .withNamespaced(true)
                .build();
        Class listForm =
                options.isMetadataOnly() ? PartialObjectMetadataList.class : DefaultKubernetesResourceList.class;
        return new HasMetadataOperationsImpl<>(client, context, form, listForm);
    }

    /** The store that the options name: its objects are taken to be of this form. */
    @SuppressWarnings("unchecked")
    InformerStore<T, ?> store() {
        return (InformerStore<T, ?>) options.getStore();
    }

    private static List<String> namespaces(String several, String one) {
        String all = several == null || several.isBlank() ? one : several;
        return all == null
                ? List.of()
                : Stream.of(all.split(","))
                        .map(String::trim)
                        .filter(name -> !name.isEmpty())
                        .distinct()
                        .toList();
    }
}
