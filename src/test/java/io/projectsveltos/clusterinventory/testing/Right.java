package io.projectsveltos.clusterinventory.testing;

import static io.projectsveltos.clusterinventory.testing.Manifests.texts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a rule of a role allows: one verb on one resource.
 *
 * @param group the API group, empty for the core group
 * @param resource the plural
 * @param verb such as list
 */
public record Right(String group, String resource, String verb) {

    private static final Pattern DENIED =
            Pattern.compile("cannot (\\w+) resource \"([^\"]+)\" in API group \"([^\"]*)\"");

    private static final Set<String> OF_NO_NAMESPACE =
            Set.of("debuggingconfigurations", "tokenreviews", "subjectaccessreviews");

    /** All that a Role or ClusterRole allows. */
    public static Stream<Right> of(JsonNode role) {
        return Manifests.stream(role.path("rules")).flatMap(rule -> texts(rule.path("apiGroups")).stream()
                .flatMap(group -> texts(rule.path("resources")).stream()
                        .flatMap(resource ->
                                texts(rule.path("verbs")).stream().map(verb -> new Right(group, resource, verb)))));
    }

    /**
     * The right that was missing.
     *
     * @param message the API server's, which names the verb that RBAC was asked about: an apply of what is not there
     *     yet needs create, although the request is a patch
     */
    public static Optional<Right> missing(String message) {
        Matcher denied = DENIED.matcher(message);
        return denied.find()
                ? Optional.of(new Right(denied.group(3), denied.group(2), denied.group(1)))
                : Optional.empty();
    }

    public boolean isOfNamespaces() {
        return !OF_NO_NAMESPACE.contains(resource);
    }

    @Override
    public String toString() {
        return verb + " " + resource;
    }
}
