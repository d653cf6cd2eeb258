package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.dsl.internal.HasMetadataOperationsImpl;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.impl.DefaultSharedIndexInformer;
import io.fabric8.kubernetes.client.informers.impl.ListerWatcher;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The resources that the options of an endpoint select, and how to access them.
 *
 * @param client the client; it requests only metadata if the option {@code metadataOnly} is set
 * @param types the resource type in its versions, in order of preference
 * @param resourceClass the class that objects are read as
 * @param namespaces the namespaces to watch and list, empty for the whole cluster
 * @param options the other options
 * @param listener observes the outcome of single requests
 * @param <T> the objects
 */
record ResourceContext<T extends HasMetadata>(
        KubernetesClient client,
        List<ResourceType> types,
        Class<T> resourceClass,
        List<String> namespaces,
        ResourceOptions options,
        ApiServerListener listener) {

    static ResourceContext<?> of(
            KubernetesClient client,
            List<ResourceType> types,
            Class<? extends HasMetadata> defaultClass,
            ResourceOptions options,
            String namespace,
            ApiServerListener listener) {
        List<String> namespaces = namespaces(options.getNamespaces(), namespace);
        if (options.isMetadataOnly()) {
            return new ResourceContext<>(
                    MetadataClient.of(client), types, PartialObjectMetadata.class, namespaces, options, listener);
        }
        Class<? extends HasMetadata> resourceClass =
                options.getResourceClass() == null ? defaultClass : options.getResourceClass();
        types.forEach(type -> client.getKubernetesSerialization()
                .registerKubernetesResource(type.apiVersion(), HasMetadata.getKind(resourceClass), resourceClass));
        return new ResourceContext<>(client, types, resourceClass, namespaces, options, listener);
    }

    /**
     * Finds the preferred version that the API server serves, with discovery requests unless the type is in the core group.
     *
     * @return the type in this version
     * @throws NotFoundException if the API server serves none of the versions
     * @throws KubernetesApiException if discovery fails
     */
    ResourceType resolveServedVersion() {
        if (types.size() == 1 && types.get(0).group().isEmpty()) {
            return types.get(0);
        }
        return types.stream()
                .filter(this::isServed)
                .findFirst()
                .orElseThrow(() -> KubernetesApiException.of(
                        404,
                        "the API server does not serve " + types.get(0).qualifiedName() + " in "
                                + types.stream().map(ResourceType::version).toList()
                                + ": install its CustomResourceDefinition"));
    }

    private boolean isServed(ResourceType type) {
        String resourceList = discover("/apis/" + type.apiVersion());
        if (resourceList == null) {
            return false;
        }
        return StreamSupport.stream(tree(type, resourceList).path("resources").spliterator(), false)
                .anyMatch(resource -> resource.path("name").asText().equals(type.plural()));
    }

    private JsonNode tree(ResourceType type, String resourceList) {
        try {
            return client.getKubernetesSerialization().unmarshal(resourceList, JsonNode.class);
        } catch (RuntimeException e) {
            // anything that is not JSON is parsed as YAML, which fails in many ways
            throw KubernetesApiException.unreadable("cannot look up /apis/" + type.apiVersion(), "not JSON", e);
        }
    }

    private String discover(String path) {
        try {
            return client.raw(path);
        } catch (KubernetesClientException e) {
            if (e.getStatus() == null) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw KubernetesApiException.noResponse(
                        "cannot look up " + path, KubernetesApiException.connectionFailure(cause), e);
            }
            throw KubernetesApiException.of(
                    e.getCode(),
                    "cannot look up " + path + ": " + e.getCode() + " "
                            + e.getStatus().getMessage());
        }
    }

    /**
     * The type of single requests.
     *
     * @param apiVersion {@code group/version} of the objects, or null for the version that the API server serves
     */
    ResourceType typeFor(String apiVersion) {
        if (types.size() == 1) {
            return types.get(0);
        }
        for (ResourceType type : types) {
            if (type.apiVersion().equals(apiVersion)) {
                return type;
            }
        }
        return resolveServedVersion();
    }

    /** A client for single requests. */
    ResourceClient<T> newClient(ResourceType type) {
        return new ResourceClient<>(client, type, resourceClass, listener);
    }

    /**
     * Creates an informer without starting it.
     *
     * @param type a type that the API server serves
     * @param namespace the namespace to watch, null for the whole cluster
     */
    @SuppressWarnings("unchecked")
    SharedIndexInformer<T> informer(ResourceType type, String namespace) {
        var all = operation(type);
        FilterWatchListDeletable<T, ?, ?> selected =
                namespace == null ? all.inAnyNamespace() : all.inNamespace(namespace);
        if (options.getLabelSelector() != null && !options.getLabelSelector().isBlank()) {
            selected = selected.withLabelSelector(options.getLabelSelector());
        }
        if (options.getFieldSelector() != null && !options.getFieldSelector().isBlank()) {
            selected = selectByFields(selected, options.getFieldSelector());
        }
        return new DefaultSharedIndexInformer<>(
                resourceClass,
                new ListAndWatch<>(
                        (ListerWatcher<T, KubernetesResourceList<T>>) selected,
                        new ListClient<>(client, type, resourceClass),
                        new ListClient.Query(
                                namespace,
                                options.getLabelSelector(),
                                options.getFieldSelector(),
                                options.getPageSize(),
                                null)),
                0,
                all.getOperationContext().getExecutor());
    }

    private static <T> FilterWatchListDeletable<T, ?, ?> selectByFields(
            FilterWatchListDeletable<T, ?, ?> all, String selector) {
        FilterWatchListDeletable<T, ?, ?> selected = all;
        for (String term : selector.split(",")) {
            String[] fieldAndValue = term.trim().split("!?==?", 2);
            selected = term.contains("!=")
                    ? selected.withoutField(fieldAndValue[0], fieldAndValue[1])
                    : selected.withField(fieldAndValue[0], fieldAndValue[1]);
        }
        return selected;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private HasMetadataOperationsImpl<T, KubernetesResourceList<T>> operation(ResourceType type) {
        ResourceDefinitionContext context = new ResourceDefinitionContext.Builder()
                .withGroup(type.group())
                .withVersion(type.version())
                .withPlural(type.plural())
                .withNamespaced(true)
                .build();
        Class listClass = DefaultKubernetesResourceList.class;
        return new HasMetadataOperationsImpl<>(client, context, resourceClass, listClass);
    }

    /** The store option. The cast is not checked: the store has to be for objects of {@code resourceClass}. */
    @SuppressWarnings("unchecked")
    InformerStore<T, ?> store() {
        return (InformerStore<T, ?>) options.getStore();
    }

    private static List<String> namespaces(String namespaces, String namespace) {
        String all = namespaces == null || namespaces.isBlank() ? namespace : namespaces;
        return all == null
                ? List.of()
                : Stream.of(all.split(","))
                        .map(String::trim)
                        .filter(name -> !name.isEmpty())
                        .distinct()
                        .toList();
    }
}
