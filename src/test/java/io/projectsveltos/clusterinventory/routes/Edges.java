package io.projectsveltos.clusterinventory.routes;

import io.projectsveltos.clusterinventory.events.ProfileEvent;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.util.URISupport;

/** Everything outside the routes: records what they send there, in order, and answers as the test says. */
final class Edges implements Processor {

    private static final List<String> ALL = List.of(
            "kubernetes-custom-resources:local",
            "kubernetes-secrets:local",
            "workqueue:clusterprofiles",
            "workqueue:warning-events",
            "workqueue:normal-events");

    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final Map<String, Object> answers = new HashMap<>();
    private final Map<String, Exception> refusals = new HashMap<>();
    private final Map<String, Consumer<Object>> listeners = new HashMap<>();
    private final Map<String, Runnable> interruptions = new HashMap<>();

    /**
     * A message that left the routes.
     *
     * @param step the id of the step that sent it
     * @param uri where to
     */
    record Sent(String step, String uri, Object body, Map<String, Object> headers) {

        /** The body as an object in the API's form. */
        @SuppressWarnings("unchecked")
        Map<String, Object> object() {
            return (Map<String, Object>) body;
        }

        Map<?, ?> metadata() {
            return (Map<?, ?>) object().get("metadata");
        }

        byte[] kubeconfig() {
            return Base64.getDecoder().decode((String) ((Map<?, ?>) object().get("data")).get("kubeconfig"));
        }

        Map<String, Object> options() throws Exception {
            String query = uri.substring(uri.indexOf('?') + 1);
            return URISupport.parseQuery(URLDecoder.decode(query, StandardCharsets.UTF_8));
        }
    }

    Edges(CamelContext context) {
        ALL.forEach(
                edge -> context.getEndpoint("mock:" + edge, MockEndpoint.class).whenAnyExchangeReceived(this));
    }

    /** Answers a step with this body; refuses it, if this is an exception. */
    Edges answer(String step, Object answer) {
        answers.put(step, answer);
        return this;
    }

    /** Refuses a step once. */
    void refuseOnce(String step, Exception refusal) {
        refusals.put(step, refusal);
    }

    /** Hands over the answers to a step. */
    void whenAnswered(String step, Consumer<Object> listener) {
        listeners.put(step, listener);
    }

    /** Has something happen when a step sends its message. */
    void whenSent(String step, Runnable interruption) {
        interruptions.put(step, interruption);
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        String step = exchange.getExchangeExtension().getHistoryNodeId();
        String uri = exchange.getProperty(Exchange.TO_ENDPOINT, String.class);
        // a queue takes bodies as text, unless a header has the key
        Object body = uri.startsWith("workqueue") && !(message.getBody() instanceof ProfileEvent)
                ? message.getBody(String.class)
                : message.getBody();
        Sent now = new Sent(step, uri, body, Map.copyOf(message.getHeaders()));
        sent.add(now);
        interruptions.getOrDefault(step, () -> {}).run();
        Exception once = refusals.remove(step);
        Object answer = once == null ? answers.get(step) : once;
        if (answer instanceof Exception refusal) {
            throw refusal;
        }
        if (uri.startsWith("kubernetes")) {
            message.setBody(answer == null ? usualAnswer(now) : answer);
            listeners.getOrDefault(step, ignored -> {}).accept(message.getBody());
        }
    }

    /** Reads find nothing; a deleted object is gone immediately; an applied one is as it was sent. */
    private static Object usualAnswer(Sent sent) {
        return sent.step().startsWith("apply") ? Fixtures.applied(sent.object()).build() : null;
    }

    /** The steps that sent something, in order. */
    List<String> steps() {
        return sent.stream().map(Sent::step).toList();
    }

    /** What a step sent; fails unless that was one thing. */
    Sent sentBy(String step) {
        List<Sent> all = allSentBy(step);
        if (all.size() != 1) {
            throw new AssertionError("expected one message from " + step + ", there were: " + steps());
        }
        return all.get(0);
    }

    List<Sent> allSentBy(String step) {
        return sent.stream().filter(one -> one.step().equals(step)).toList();
    }

    void forget() {
        sent.clear();
    }
}
