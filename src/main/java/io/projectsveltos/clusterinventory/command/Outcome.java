package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.command.RouteCase.Then;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What the call of a case did.
 *
 * @param kubeconfig what an access provider returned, or null
 * @param body what a hook returned, or null
 * @param reason the reason of the Event, or null
 * @param message the message of the Event, or null
 * @param called the time of the call; the clock stands still during a case
 * @param expiry when the credential expires, or null if that is not known
 * @param requests the HTTP requests, as in {@code GET /tokens}, without those for the given Secrets
 * @param unanswered those that the case has no answer for
 * @param steps the steps of the route, one line each, without a value
 */
public record Outcome(
        String kubeconfig,
        JsonNode body,
        String reason,
        String message,
        Instant called,
        Instant expiry,
        List<String> requests,
        List<String> unanswered,
        List<String> steps) {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String NEVER = "never";

    /** Whether it returned a kubeconfig that the controller would use; of a hook, whether it did not fail. */
    public boolean works() {
        return message == null;
    }

    /** The server of the current context, or null. */
    public String server() {
        return kubeconfig == null
                ? null
                : current("clusters", "cluster").path("server").textValue();
    }

    /** The token of the current context's user, or null. */
    public String token() {
        return kubeconfig == null
                ? null
                : current("users", "user").path("token").textValue();
    }

    /** How long the credential is valid from the call on, or null if that is not known. */
    public Duration expiresIn() {
        return expiry == null ? null : Duration.between(called, expiry);
    }

    private JsonNode current(String list, String kind) {
        try {
            JsonNode document = YAML.readTree(kubeconfig);
            JsonNode context = named(document.path("contexts"), document.path("current-context"))
                    .path("context");
            return named(document.path(list), context.path(kind)).path(kind);
        } catch (JsonProcessingException e) {
            // not its message, which quotes the kubeconfig
            throw new IllegalStateException("the kubeconfig is not YAML");
        }
    }

    private static JsonNode named(JsonNode list, JsonNode name) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(item -> item.path("name").equals(name))
                .findFirst()
                .orElse(YAML.missingNode());
    }

    /** What is not as expected, one line each. Credentials are compared, but not shown. */
    List<String> differences(Then expected) {
        List<String> found = new ArrayList<>();
        if (expected.reason() == null && expected.message() == null && !works()) {
            found.add("the call failed: " + (reason == null ? "" : reason + ": ") + message);
            return found;
        }
        if (expected.message() != null && (message == null || !message.contains(expected.message()))) {
            found.add("message: expected one with '" + expected.message() + "', was " + quoted(message));
        }
        compare(found, "reason", expected.reason(), reason);
        compare(found, "server", expected.server(), server());
        compare(found, "expiresIn", expected.expiresIn(), expiresIn(expected.expiresIn()));
        compare(found, "requests", expected.requests(), requests);
        compare(found, "body", expected.body(), body);
        compareHidden(found, "token", expected.token(), token());
        compareHidden(found, "kubeconfig", expected.kubeconfig(), kubeconfig);
        return found;
    }

    /** In the words of what is expected, if it is the same. */
    private String expiresIn(String expected) {
        if (expiry == null) {
            return works() ? NEVER : null;
        }
        boolean isSame = expected != null
                && !expected.equals(NEVER)
                && Times.duration(expected).equals(expiresIn());
        return isSame ? expected : Times.text(expiresIn());
    }

    private static void compare(List<String> found, String what, Object expected, Object actual) {
        if (expected != null && !expected.equals(actual)) {
            found.add(what + ": expected " + quoted(expected) + ", was " + quoted(actual));
        }
    }

    private static void compareHidden(List<String> found, String what, String expected, String actual) {
        if (expected != null && !expected.equals(actual)) {
            found.add(what + ": is not the expected one"
                    + (actual == null ? ", there is none" : ", it has " + actual.length() + " characters"));
        }
    }

    private static String quoted(Object value) {
        return value instanceof String text ? "'" + text + "'" : value == null ? "none" : value.toString();
    }

    /** Leaves the kubeconfig out. */
    @Override
    public String toString() {
        return works() ? "Outcome[works, requests " + requests + "]" : "Outcome[" + reason + ": " + message + "]";
    }
}
