package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.apache.camel.impl.DefaultCamelContext;

/** A CamelContext with the components under their stock schemes, and the events that its routes received. */
final class ComponentContext implements AutoCloseable {

    static final String WATCH = "watch";
    static final String PROFILES = "kubernetes-custom-resources:local?crdGroup=multicluster.x-k8s.io"
            + "&crdVersion=v1alpha1&crdPlural=clusterprofiles";
    static final String SECRETS = "kubernetes-secrets:local";

    /** A message that arrived in a route. */
    record Event(Map<String, Object> headers, HasMetadata object) {
        /** Action and key, such as {@code ADDED fleet/spoke}. */
        @Override
        public String toString() {
            Object action = headers.getOrDefault(
                    KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION,
                    headers.get(KubernetesConstants.KUBERNETES_EVENT_ACTION));
            return action + " " + ObjectKey.of(object);
        }
    }

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final KubernetesClient client;
    private final ProducerTemplate template;
    private final List<Event> events = new CopyOnWriteArrayList<>();

    ComponentContext(Path kubeconfig) {
        this(KubernetesClients.create(kubeconfig.toString(), () -> true));
    }

    ComponentContext(KubernetesClient client) {
        this.client = client;
        camel.getShutdownStrategy().setTimeout(60);
        bind("kubernetesClient", client);
        bind("kubernetes-custom-resources", new CustomResourcesComponent());
        bind("kubernetes-secrets", new SecretsComponent());
        camel.start();
        template = camel.createProducerTemplate();
    }

    void bind(String name, Object bean) {
        camel.getRegistry().bind(name, bean);
    }

    /** Sets the listener of both components. */
    void setApiServerListener(ApiServerListener listener) {
        camel.getComponent("kubernetes-custom-resources", CustomResourcesComponent.class)
                .setApiServerListener(listener);
        camel.getComponent("kubernetes-secrets", SecretsComponent.class).setApiServerListener(listener);
    }

    /** Starts a route that records all events. */
    void watch(String uri) throws Exception {
        watch(uri, exchange -> {});
    }

    /** Starts a route that records the events for which the processor does not fail. */
    void watch(String uri, Processor processor) throws Exception {
        RouteBuilder.addRoutes(
                camel,
                routes -> routes.from(uri).routeId(WATCH).process(processor).process(this::record));
    }

    private void record(Exchange exchange) {
        events.add(new Event(
                Map.copyOf(exchange.getMessage().getHeaders()),
                exchange.getMessage().getBody(HasMetadata.class)));
    }

    void stopWatching() throws Exception {
        camel.getRouteController().stopRoute(WATCH);
    }

    void watchAgain() throws Exception {
        camel.getRouteController().startRoute(WATCH);
    }

    List<Event> events() {
        return events;
    }

    /** Waits until these events have arrived, each given as action and key; other events are ignored. */
    void awaitEvents(String... expected) {
        eventually(() -> strings(events).containsAll(List.of(expected)));
    }

    Object send(String uri, Object body) {
        return send(uri, body, Map.of());
    }

    /** Returns the body of the response, or throws the exception of the producer. */
    Object send(String uri, Object body, Map<String, Object> headers) {
        Exchange answer = template.send(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new LinkedHashMap<>(headers));
        });
        if (answer.getException() instanceof RuntimeException failure) {
            throw failure;
        }
        if (answer.getException() != null) {
            throw new IllegalStateException(answer.getException());
        }
        return answer.getMessage().getBody();
    }

    DefaultCamelContext camel() {
        return camel;
    }

    @Override
    public void close() {
        camel.stop();
        client.close();
    }

    static void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    static List<String> strings(List<?> all) {
        return all.stream().map(Object::toString).toList();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(String yaml) {
        return Serialization.unmarshal(yaml.stripLeading(), Map.class);
    }
}
