package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A test of an access provider or of a hook: what is given, which call is made, and what it returns then. Each text may contain the
 * placeholders of {@link StandIns}.
 *
 * @param name what is true if the case passes
 * @param settings of the controller and of the route, by the names in its placeholders
 * @param given what answers in place of the systems that the route calls
 * @param when the call
 * @param then what is expected of it; what is null is not compared
 */
public record RouteCase(String name, Map<String, String> settings, Given given, When when, Then then) {

    public RouteCase {
        settings = settings == null ? Map.of() : settings;
        given = given == null ? Given.NOTHING : given;
        then = then == null ? new Then(null, null, null, null, null, null, null, null) : then;
    }

    /**
     * What answers in place of the systems that a route calls.
     *
     * @param files text by name, in the folder <code>{{case.files}}</code>
     * @param secrets the values of Secrets on the management cluster, by {@code namespace/name} and key
     * @param answers to HTTP requests, also those to the API server of the management cluster; the first that fits is given
     * @param endpoints answers of other endpoints
     */
    public record Given(
            Map<String, String> files,
            Map<String, Map<String, String>> secrets,
            List<Answer> answers,
            List<EndpointAnswer> endpoints) {

        static final Given NOTHING = new Given(null, null, null, null);

        public Given {
            files = files == null ? Map.of() : files;
            secrets = secrets == null ? Map.of() : secrets;
            answers = answers == null ? List.of() : answers;
            endpoints = endpoints == null ? List.of() : endpoints;
        }

        /** With what is given for all cases of a file; that of the case comes first. */
        Given and(Given all) {
            return new Given(
                    joined(all.files, files),
                    joined(all.secrets, secrets),
                    joined(answers, all.answers),
                    joined(endpoints, all.endpoints));
        }
    }

    /**
     * An answer to an HTTP request.
     *
     * @param request method and path with query, as in {@code GET /tokens/fleet/edge-1}
     * @param withHeaders headers that the request has to have
     * @param withBody a text that the body of the request has to contain, or null
     * @param status of the answer, 200 by default
     * @param headers of the answer
     * @param body of the answer: text, or any other value for JSON
     * @param delay how long the answer takes, as in {@code 5s}; none by default
     */
    public record Answer(
            String request,
            Map<String, String> withHeaders,
            String withBody,
            Integer status,
            Map<String, String> headers,
            JsonNode body,
            String delay) {

        public Answer {
            withHeaders = withHeaders == null ? Map.of() : withHeaders;
            status = status == null ? Integer.valueOf(200) : status;
            headers = headers == null ? Map.of() : headers;
        }
    }

    /**
     * An answer of an endpoint that is not called.
     *
     * @param uri its URI as in the route, or the beginning of it and {@code *}
     * @param headers of the answer
     * @param body of the answer: text, or any other value for JSON
     * @param failure the message of an exception in place of an answer, or null
     */
    public record EndpointAnswer(String uri, Map<String, String> headers, JsonNode body, String failure) {

        public EndpointAnswer {
            headers = headers == null ? Map.of() : headers;
        }
    }

    /**
     * A call.
     *
     * @param accessProvider its name; null for the first of the profile
     * @param hook a hook that is called in place of an access provider, such as {@code on-event}, or null
     * @param body what the hook gets
     * @param profile a ClusterProfile; fleet/edge-1 by default
     * @param cluster the cluster of the profile's entry, null for the one in the profile, else a server edge-1.example
     */
    public record When(String accessProvider, String hook, JsonNode body, JsonNode profile, JsonNode cluster) {}

    /**
     * What is expected.
     *
     * @param server the server of the kubeconfig's current context
     * @param token the token of its user
     * @param kubeconfig the whole kubeconfig
     * @param expiresIn how long it is valid from the call on, as in {@code 1h}; {@code never} if that is not known
     * @param reason the reason of the Event, if the call is to fail
     * @param message a part of the Event's message
     * @param requests all HTTP requests, as in {@code GET /tokens}, without those for the given Secrets
     * @param body what a hook returns
     */
    public record Then(
            String server,
            String token,
            String kubeconfig,
            String expiresIn,
            String reason,
            String message,
            List<String> requests,
            JsonNode body) {}

    /** With what is given for all cases of a file. */
    RouteCase within(CaseFile file) {
        return new RouteCase(
                name,
                joined(file.settings(), settings),
                given.and(file.given()),
                when == null ? file.when() : when,
                then);
    }

    private static <V> Map<String, V> joined(Map<String, V> first, Map<String, V> second) {
        Map<String, V> both = new LinkedHashMap<>(first);
        both.putAll(second);
        return both;
    }

    private static <V> List<V> joined(List<V> first, List<V> second) {
        List<V> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }
}
