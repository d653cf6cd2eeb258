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
record ResourceContext<T extends HasMetadata>(
        KubernetesClient client,
        List<ResourceType> types,
        Class<T> form,
        List<String> namespaces,
        ResourceOptions options,
        ApiServerListener listener) {

    static ResourceContext<?> of(
            KubernetesClient client,
            List<ResourceType> types,
            Class<? extends HasMetadata> usualForm,
            ResourceOptions options,
            String namespace,
            ApiServerListener listener) {
        List<String> namespaces = namespaces(options.getNamespaces(), namespace);
        if (options.isMetadataOnly()) {
            return new ResourceContext<>(
                    MetadataClient.of(client), types, PartialObjectMetadata.class, namespaces, options, listener);
        }
        Class<? extends HasMetadata> form = options.getResourceClass() == null ? usualForm : options.getResourceClass();
        types.forEach(type -> client.getKubernetesSerialization()
                .registerKubernetesResource(type.apiVersion(), HasMetadata.getKind(form), form));
        return new ResourceContext<>(client, types, form, namespaces, options, listener);
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
        return StreamSupport.stream(tree(type, answer).path("resources").spliterator(), false)
                .anyMatch(resource -> resource.path("name").asText().equals(type.plural()));
    }

    private JsonNode tree(ResourceType type, String answer) {
        try {
            return client.getKubernetesSerialization().unmarshal(answer, JsonNode.class);
        } catch (RuntimeException e) {
            // what is not JSON is read as YAML, which fails in many ways
            throw KubernetesApiException.unreadable("cannot look up /apis/" + type.apiVersion(), "not JSON", e);
        }
    }

    private String lookUp(String path) {
        try {
            return client.raw(path);
        } catch (KubernetesClientException e) {
            if (e.getStatus() == null) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw KubernetesApiException.unanswered(
                        "cannot look up " + path, KubernetesApiException.connectionFailure(cause), e);
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

    /**
     * An informer that has not been started.
     *
     * @param type one that the server has
     * @param namespace where, null for the whole cluster
     */
    @SuppressWarnings("unchecked")
    SharedIndexInformer<T> informer(ResourceType type, String namespace) {
        var all = operation(type);
        FilterWatchListDeletable<T, ?, ?> wanted =
                namespace == null ? all.inAnyNamespace() : all.inNamespace(namespace);
        if (options.getLabelSelector() != null && !options.getLabelSelector().isBlank()) {
            wanted = wanted.withLabelSelector(options.getLabelSelector());
        }
        if (options.getFieldSelector() != null && !options.getFieldSelector().isBlank()) {
            wanted = selectByFields(wanted, options.getFieldSelector());
        }
        return new DefaultSharedIndexInformer<>(
                form,
                new ListAndWatch<>(
                        (ListerWatcher<T, KubernetesResourceList<T>>) wanted,
                        new ListClient<>(client, type, form),
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
        Class listForm = DefaultKubernetesResourceList.class;
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
