package io.projectsveltos.clusterinventory.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.command.CaseRunner;
import io.projectsveltos.clusterinventory.command.Outcome;
import io.projectsveltos.clusterinventory.command.RouteCase;
import io.projectsveltos.clusterinventory.command.RouteCase.Answer;
import io.projectsveltos.clusterinventory.command.RouteCase.EndpointAnswer;
import io.projectsveltos.clusterinventory.command.RouteCase.Given;
import io.projectsveltos.clusterinventory.command.RouteCase.When;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;

/**
 * Tests a custom provider route: calls it once, as the controller would, with stand-ins for the systems that it uses. No API
 * server is needed, and nothing of the environment counts.
 *
 * <p>Each text may contain <code>{{case.http}}</code>, the URL of the HTTP stand-in, <code>{{case.https}}</code>,
 * <code>{{case.ca-file}}</code>, <code>{{case.files}}</code>, and times such as <code>{{now+1h}}</code>:
 * {@code docs/testing-routes.md} lists them. Not thread-safe.
 */
public final class RouteKit {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final List<String> routes;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> secrets = new LinkedHashMap<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<EndpointAnswer> endpoints = new ArrayList<>();
    private Consumer<CamelContext> customizer = context -> {};
    private JsonNode profile;
    private JsonNode cluster;

    private RouteKit(List<String> routes) {
        this.routes = routes;
    }

    /**
     * Prepares a call.
     *
     * @param routes the route files that the controller gets with {@code --routes}
     */
    public static RouteKit routes(String... routes) {
        return new RouteKit(List.of(routes));
    }

    /** Sets a setting of the route or of the controller, by the name in its placeholder. */
    public RouteKit setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Writes a file into the folder <code>{{case.files}}</code>. */
    public RouteKit file(String name, String content) {
        files.put(name, content);
        return this;
    }

    /** Gives the management cluster a Secret, by {@code namespace/name}. */
    public RouteKit secret(String key, Map<String, String> values) {
        secrets.put(key, values);
        return this;
    }

    /** Answers a request such as {@code GET /tokens} with a text, or with JSON if it begins with a brace or a bracket. */
    public RouteKit answer(String request, String body) {
        return answer(request, Map.of(), body);
    }

    /** Answers a request in the same way, if it has these headers. */
    public RouteKit answer(String request, Map<String, String> withHeaders, String body) {
        boolean isJson = body.strip().startsWith("{") || body.strip().startsWith("[");
        JsonNode content = isJson ? parse(body) : TextNode.valueOf(body);
        return answer(new Answer(request, withHeaders, null, null, null, content, null));
    }

    /** Refuses a request with a status. */
    public RouteKit refuse(String request, int status) {
        return answer(new Answer(request, null, null, status, null, null, null));
    }

    /** Answers a request; of several that fit, the first is given. */
    public RouteKit answer(Answer answer) {
        answers.add(answer);
        return this;
    }

    /**
     * Answers in place of an endpoint.
     *
     * @param uri as in the route, or the beginning of it and {@code *}
     * @param body the answer
     */
    public RouteKit endpoint(String uri, String body) {
        endpoints.add(new EndpointAnswer(uri, null, TextNode.valueOf(body), null));
        return this;
    }

    /** Sets the ClusterProfile, in YAML or JSON; by default fleet/edge-1. It need not offer the access provider. */
    public RouteKit profile(String yaml) {
        profile = parse(yaml);
        return this;
    }

    /** Sets the {@code cluster} of the profile's entry, in YAML or JSON; by default it has the server edge-1.example. */
    public RouteKit cluster(String yaml) {
        cluster = parse(yaml);
        return this;
    }

    /** Changes the Camel context before its routes start, for example to bind a bean or to advise a route with mocks. */
    public RouteKit context(Consumer<CamelContext> change) {
        customizer = customizer.andThen(change);
        return this;
    }

    /**
     * Calls an access provider.
     *
     * @param accessProvider its name
     * @return what it returned, or why it failed
     * @throws IllegalStateException if the routes do not start; its cause says why
     */
    public Outcome call(String accessProvider) {
        return run(new When(accessProvider, null, null, profile, cluster));
    }

    /**
     * Calls a hook.
     *
     * @param hook its name, such as {@code on-event}
     * @param body what it gets, in YAML or JSON
     * @return what it returned, or why it failed
     * @throws IllegalStateException if the routes do not start; its cause says why
     */
    public Outcome callHook(String hook, String body) {
        return run(new When(null, hook, parse(body), profile, null));
    }

    private Outcome run(When when) {
        RouteCase given = new RouteCase("a test", settings, new Given(files, secrets, answers, endpoints), when, null);
        try {
            return new CaseRunner(routes).run(given, customizer);
        } catch (Exception e) {
            throw new IllegalStateException("the routes do not start: " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
