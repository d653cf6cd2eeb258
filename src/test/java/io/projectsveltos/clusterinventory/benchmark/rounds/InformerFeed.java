package io.projectsveltos.clusterinventory.benchmark.rounds;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.projectsveltos.clusterinventory.apiserver.InMemoryApi.Change;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.SimulatedInformer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.kubernetes.KubernetesConstants;

/** Reads the events of a watch, stores the objects and calls the watch's route, all on the caller's thread. */
final class InformerFeed<T extends HasMetadata> {

    private final Watch<T> watch;
    private final KubernetesSerialization serialization;
    private final SimulatedInformer<T> informer;
    private final ProducerTemplate routes;
    private final Map<String, T> known = new HashMap<>();
    private boolean silent;

    /**
     * What a route watches.
     *
     * @param route its id; it begins at the direct endpoint with this name
     * @param resource as in {@link Change}
     * @param selector the label and field selectors of the watch
     */
    record Watch<T extends HasMetadata>(
            String route, String resource, String store, Class<T> type, Predicate<ObjectNode> selector) {}

    @SuppressWarnings("unchecked")
    InformerFeed(CamelContext context, KubernetesSerialization serialization, Watch<T> watch) {
        this.watch = watch;
        this.serialization = serialization;
        this.routes = context.createProducerTemplate();
        InformerStore<T, ?> store = (InformerStore<T, ?>) context.getRegistry().lookupByName(watch.store());
        this.informer = new SimulatedInformer<>(store, this::dispatch);
        store.synced().complete(null);
    }

    void deliver(Change change) {
        if (!change.resource().equals(watch.resource())) {
            return;
        }
        if (change.after() != null && watch.selector().test(change.after())) {
            T object = read(change.after());
            known.put(change.key(), object);
            informer.put(object);
        } else if (change.before() != null && watch.selector().test(change.before())) {
            known.remove(change.key());
            informer.remove(read(change.before()));
        }
    }

    /** Removes an object as if it had never been there. */
    void forget(String key) {
        T object = known.remove(key);
        if (object != null) {
            silent = true;
            informer.remove(object);
            silent = false;
        }
    }

    private T read(ObjectNode object) {
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", "MODIFIED");
        event.set("object", watch.type() == PartialObjectMetadata.class ? metadataOf(object) : object);
        return watch.type()
                .cast(serialization
                        .unmarshal(event.toString(), WatchEvent.class)
                        .getObject());
    }

    private static ObjectNode metadataOf(ObjectNode object) {
        ObjectNode partial = JsonNodeFactory.instance
                .objectNode()
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.get("metadata"));
        return partial;
    }

    private void dispatch(Action action, T object) {
        if (silent) {
            return;
        }
        routes.send("direct:" + watch.route(), exchange -> {
            exchange.getMessage().setBody(object);
            exchange.getMessage().setHeader(KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION, action);
            exchange.getMessage().setHeader(KubernetesConstants.KUBERNETES_EVENT_ACTION, action);
        });
    }
}
