package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.apache.camel.component.kubernetes.AbstractKubernetesEndpoint;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.apache.camel.component.kubernetes.KubernetesHelper;
import org.apache.camel.support.DefaultProducer;

/**
 * Sends single objects to the API server. The object is the body, as a Map or as a model object; for get and delete, headers
 * may name it instead. The response becomes the body: the object as it is now, or null if it does not exist (get of a missing
 * object, delete without finalizers).
 *
 * @param <T> the class that objects are read as
 */
final class ResourceProducer<T extends HasMetadata> extends DefaultProducer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final ResourceContext<T> resources;
    private final String kind;
    private final Producer stock;
    private final Map<ResourceType, ResourceClient<T>> clients = new ConcurrentHashMap<>();

    /**
     * Supports the operations of one kind.
     *
     * @param kind the end of operation names, such as {@code Secret} in {@code applySecret}
     * @param stock Camel's own producer for all other operations, or null
     */
    ResourceProducer(Endpoint endpoint, ResourceContext<T> resources, String kind, Producer stock) {
        super(endpoint);
        this.resources = resources;
        this.kind = kind;
        this.stock = stock;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        String operation = KubernetesHelper.extractOperation((AbstractKubernetesEndpoint) getEndpoint(), exchange);
        Message message = exchange.getMessage();
        if (operation.equals("list" + kind + "s") && stock == null) {
            message.setBody(list());
        } else if (operation.equals("get" + kind)) {
            ObjectKey key = key(message);
            message.setBody(clientFor(apiVersion(message)).get(key));
        } else if (operation.equals("delete" + kind)) {
            ObjectKey key = key(message);
            message.setBody(clientFor(apiVersion(message))
                    .delete(key, precondition(message, "uid"), precondition(message, "resourceVersion")));
        } else if (stock != null && !operation.equals("apply" + kind) && !operation.equals("patch" + kind)) {
            stock.process(exchange);
        } else {
            message.setBody(write(operation, message));
        }
    }

    private ResourceClient<T> clientFor(String apiVersion) {
        return clients.computeIfAbsent(resources.typeFor(apiVersion), resources::newClient);
    }

    private List<T> list() {
        ResourceClient<T> client = clientFor(null);
        String labelSelector = resources.options().getLabelSelector();
        return resources.namespaces().isEmpty()
                ? client.list(null, labelSelector)
                : resources.namespaces().stream()
                        .flatMap(namespace -> client.list(namespace, labelSelector).stream())
                        .toList();
    }

    private T write(String operation, Message message) {
        ObjectKey key = key(message);
        if (!(message.getBody() instanceof Map<?, ?> || message.getBody() instanceof HasMetadata)) {
            throw new IllegalArgumentException("No object in the body, for " + operation + " of " + getEndpoint());
        }
        Map<String, Object> object = object(message.getBody());
        String manager = resources.options().getFieldManager();
        ResourceClient<T> client = clientFor(apiVersion(message));
        return switch (operation.substring(0, Math.max(0, operation.length() - kind.length()))) {
            case "apply" ->
                writeThroughStore(
                        key,
                        () -> client.apply(
                                key, object, manager, resources.options().isForce()));
            case "patch" -> writeThroughStore(key, () -> client.mergePatch(key, object, manager));
            case "create" -> writeThroughStore(key, () -> client.create(key, object, manager));
            case "update" -> writeThroughStore(key, () -> client.update(key, object, manager));
            default ->
                throw new IllegalArgumentException("Unsupported operation " + operation + ", expected list" + kind
                        + "s, or one of get, create, update, patch, apply, delete followed by " + kind);
        };
    }

    private T writeThroughStore(ObjectKey key, Supplier<T> write) {
        InformerStore<T, ?> store = resources.store();
        if (store == null) {
            return write.get();
        }
        store.beginWrite(key.toString());
        try {
            T written = write.get();
            store.completeWrite(key.toString(), written);
            return written;
        } catch (RuntimeException e) {
            store.abortWrite(key.toString());
            throw e;
        }
    }

    private ObjectKey key(Message message) {
        Object body = message.getBody();
        if (body instanceof HasMetadata object) {
            return ObjectKey.of(object);
        }
        if (body instanceof Map<?, ?> map && map.get("metadata") instanceof Map<?, ?> metadata) {
            return new ObjectKey((String) metadata.get("namespace"), (String) metadata.get("name"));
        }
        String namespace = message.getHeader(KubernetesConstants.KUBERNETES_NAMESPACE_NAME, String.class);
        String name = message.getHeader(nameHeader(), String.class);
        if (namespace == null || name == null) {
            throw new IllegalArgumentException(
                    "No object in the body, and no headers " + KubernetesConstants.KUBERNETES_NAMESPACE_NAME + " and "
                            + nameHeader() + ", for " + getEndpoint());
        }
        return new ObjectKey(namespace, name);
    }

    private String nameHeader() {
        return stock == null
                ? KubernetesConstants.KUBERNETES_CRD_INSTANCE_NAME
                : KubernetesConstants.KUBERNETES_SECRET_NAME;
    }

    /** UID and resourceVersion of the object in the body: only this version of this object is deleted. */
    private static String precondition(Message message, String field) {
        Object body = message.getBody();
        if (body instanceof HasMetadata object) {
            return field.equals("uid")
                    ? object.getMetadata().getUid()
                    : object.getMetadata().getResourceVersion();
        }
        return body instanceof Map<?, ?> map && map.get("metadata") instanceof Map<?, ?> metadata
                ? (String) metadata.get(field)
                : null;
    }

    private static String apiVersion(Message message) {
        Object body = message.getBody();
        if (body instanceof HasMetadata object) {
            return object.getApiVersion();
        }
        return body instanceof Map<?, ?> map ? (String) map.get("apiVersion") : null;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object body) {
        return body instanceof Map<?, ?> map ? (Map<String, Object>) map : JSON.convertValue(body, OBJECT);
    }
}
