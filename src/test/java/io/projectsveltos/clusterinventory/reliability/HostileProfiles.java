package io.projectsveltos.clusterinventory.reliability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** ClusterProfiles as an API server in memory stores them, in the namespace of {@link HostileBench}. */
final class HostileProfiles {

    /** How deep a status may be nested, which a parser that is not recursive would not have to limit. */
    static final int MAX_DEPTH = 900;

    /** An escape of half a character, with the other half if that follows. */
    private static final Pattern SURROGATES =
            Pattern.compile("\\\\ud[89ab]..(\\\\ud[c-f]..)?|\\\\ud[c-f]..", Pattern.CASE_INSENSITIVE);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNumberLength(10_000)
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxNestingDepth(MAX_DEPTH + 100)
                        .build());
    }

    private HostileProfiles() {}

    /** A profile that reads the key {@code value} of {@code NAME-source}. */
    static ObjectNode reading(String name) {
        return of(name, new HostileInputs.Profile("{}", "\"\"", """
                {"accessProviders": [{"name": "kubeconfig-secretreader", "cluster": {"server": "https://member.example",
                    "extensions": [{"name": "client.authentication.k8s.io/exec",
                        "extension": {"name": "%s-source", "key": "value"}}]}}]}
                """.formatted(name)));
    }

    /** A profile of the exec plugin. */
    static ObjectNode running(String name, String server) {
        return of(name, new HostileInputs.Profile("{}", "\"\"", """
                {"accessProviders": [{"name": "plugin", "cluster": {"server": "%s"}}]}
                """.formatted(server)));
    }

    /** A profile as an API server reads it: it replaces half characters. */
    static ObjectNode of(String name, HostileInputs.Profile profile) {
        String json =
                """
                {"apiVersion": "multicluster.x-k8s.io/v1alpha1", "kind": "ClusterProfile",
                 "metadata": {"namespace": "%s", "name": "%s", "labels": %s},
                 "spec": {"displayName": %s, "clusterManager": {"name": "manager"}},
                 "status": %s}
                """.formatted(HostileBench.NAMESPACE, name, profile.labels(), profile.displayName(), profile.status());
        try {
            return (ObjectNode) JSON.readTree(SURROGATES
                    .matcher(json)
                    .replaceAll(
                            found -> found.group(1) == null ? "\\\\ufffd" : Matcher.quoteReplacement(found.group())));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
