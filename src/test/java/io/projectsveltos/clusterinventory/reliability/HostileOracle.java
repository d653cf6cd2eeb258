package io.projectsveltos.clusterinventory.reliability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.reader.UnicodeReader;

/**
 * What must come of a hostile input, by rules of its own that are smaller than the controller's: a few inputs must be served,
 * a few must not, and what is served has to be right. Each method returns what is wrong, or empty.
 */
final class HostileOracle {

    /** The reasons of the lines that say why a profile does not have what it asks for. */
    private static final Set<String> REFUSALS = Set.of(
            "NoAccessProvider",
            "InvalidAccessProvider",
            "SourceSecretNotFound",
            "SourceSecretInvalid",
            "ExecPluginFailed",
            "InvalidExecCredential",
            "InvalidName",
            "ApplyRefused");

    private static final int LONGEST_LINE = 2_000;
    private static final String SECRET_READER = "kubeconfig-secretreader";
    private static final String EXTENSION = "client.authentication.k8s.io/exec";
    private static final String V1 = "client.authentication.k8s.io/v1";
    private static final Set<String> LOCAL_FIELDS =
            Set.of("exec", "auth-provider", "tokenFile", "client-certificate", "client-key");

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper STRICT_JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private HostileOracle() {}

    /**
     * What an input has led to.
     *
     * @param kubeconfig in the managed Secret, null if there is none
     * @param messages what was logged about the profile, without time, level and the profile's name
     */
    record Outcome(byte[] kubeconfig, List<String> messages) {

        boolean isServed() {
            return kubeconfig != null;
        }

        boolean isReported(String reason) {
            return messages.stream().anyMatch(message -> message.startsWith(reason + ": "));
        }

        boolean isRefused() {
            return !refusals().isEmpty();
        }

        private List<String> refusals() {
            return messages.stream()
                    .filter(message -> message.contains(": ") && REFUSALS.contains(message.split(": ", 2)[0]))
                    .toList();
        }
    }

    /** That a profile is served, or one line says why it is not; and that no line is about this program. */
    private static Optional<String> faultOf(Outcome outcome) {
        for (String message : outcome.messages()) {
            if (message.length() > LONGEST_LINE || message.contains("Exception") || message.contains("java.")) {
                return Optional.of("not a clear line: " + message);
            }
        }
        int refusals = outcome.refusals().size();
        return outcome.isServed() == (refusals == 0) && refusals <= 1
                ? Optional.empty()
                : Optional.of(
                        (outcome.isServed() ? "served" : "not served") + " with the messages " + outcome.messages());
    }

    /** After a profile with a name that is too long was created. */
    static Optional<String> faultOfName(Outcome outcome) {
        return expect(false, outcome);
    }

    /**
     * After a status was written.
     *
     * @param sources the values of Secrets, by {@code namespace/name/key}; null for none
     */
    static Optional<String> faultOfProfile(
            JsonNode status, String namespace, Function<String, byte[]> sources, Outcome outcome) {
        Map<String, JsonNode> offered = offered(status);
        Optional<Boolean> isKept = isKept(status);
        if (isKept.isEmpty()) {
            return faultOf(outcome);
        }
        if (isKept.get() && offered.isEmpty()) {
            return outcome.isServed() || !outcome.refusals().isEmpty()
                    ? Optional.of("offers nothing, but " + outcome.messages())
                    : Optional.empty();
        }
        if (!isKept.get()) {
            return expect(false, outcome);
        }
        if (offered.containsKey(SECRET_READER)) {
            return faultOfCopy(offered.get(SECRET_READER), namespace, sources, outcome);
        }
        if (offered.containsKey(HostileInputs.PLUGIN)) {
            return faultOfBuilt(offered.get(HostileInputs.PLUGIN), outcome);
        }
        return expect(false, outcome);
    }

    /** Whether a profile with this status waits for its cluster manager. */
    static boolean offersNothing(JsonNode status) {
        return offered(status).isEmpty();
    }

    private static Map<String, JsonNode> offered(JsonNode status) {
        Map<String, JsonNode> offered = new LinkedHashMap<>();
        for (String field : List.of("accessProviders", "credentialProviders")) {
            status.path(field)
                    .forEach(entry -> offered.putIfAbsent(entry.path("name").asText(), entry.path("cluster")));
        }
        return offered;
    }

    /** Whether the offers are small enough to be read; empty for close to the limit. */
    private static Optional<Boolean> isKept(JsonNode status) {
        List<JsonNode> offers = List.of(status.path("accessProviders"), status.path("credentialProviders"));
        int depth = offers.stream().mapToInt(HostileOracle::depth).max().orElseThrow() - 1;
        if (depth > 105) {
            return Optional.of(false);
        }
        int bytes = offers.stream().mapToInt(HostileOracle::bytes).sum();
        if (depth < 95 && bytes < 250_000) {
            return Optional.of(true);
        }
        return bytes > 265_000 ? Optional.of(false) : Optional.empty();
    }

    /** Characters above U+FFFF count as the escapes that Jackson writes them as. */
    private static int bytes(JsonNode node) {
        try {
            return STRICT_JSON.writeValueAsBytes(node).length;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int depth(JsonNode node) {
        int depth = 0;
        for (JsonNode child : node) {
            depth = Math.max(depth, depth(child));
        }
        return depth + 1;
    }

    private static Optional<String> faultOfCopy(
            JsonNode cluster, String namespace, Function<String, byte[]> sources, Outcome outcome) {
        JsonNode reference = extension(cluster);
        String place = reference.path("namespace").asText("").isEmpty()
                ? namespace
                : reference.path("namespace").asText();
        boolean isText =
                Stream.of("name", "key").allMatch(field -> reference.path(field).isTextual());
        byte[] source = isText
                ? sources.apply(place + "/" + reference.path("name").asText() + "/"
                        + reference.path("key").asText())
                : null;
        if (source == null) {
            return expect(false, outcome);
        }
        boolean isPlain = Stream.of("namespace", "context").noneMatch(reference::has);
        if (isPlain && !outcome.isServed()) {
            return Optional.of("not served from its source: " + outcome.messages());
        }
        return isPlain && !Arrays.equals(source, outcome.kubeconfig())
                ? Optional.of("not a copy of its source")
                : faultOf(outcome);
    }

    private static JsonNode extension(JsonNode cluster) {
        for (JsonNode item : cluster.path("extensions")) {
            if (item.path("name").asText().equals(EXTENSION) && item.hasNonNull("extension")) {
                return item.path("extension");
            }
        }
        return cluster.path("nothing");
    }

    private static Optional<String> faultOfBuilt(JsonNode cluster, Outcome outcome) {
        String server = cluster.path("server").asText();
        boolean isPlain = server.matches("https://[a-z]+\\.example(:[1-9][0-9]{0,3})?") && cluster.size() == 1;
        if (!outcome.isServed()) {
            return isPlain ? expect(true, outcome) : faultOf(outcome);
        }
        return faultOfBuilt(outcome.kubeconfig(), server, HostileInputs.TOKEN).or(() -> faultOf(outcome));
    }

    /** That a kubeconfig leads to this server, with nothing but a credential. */
    private static Optional<String> faultOfBuilt(byte[] kubeconfig, String server, String token) {
        try {
            JsonNode config = YAML.readTree(kubeconfig);
            JsonNode user = config.at("/users/0/user");
            Iterator<String> fields = user.fieldNames();
            while (fields.hasNext()) {
                String field = fields.next();
                if (!Set.of("token", "client-certificate-data", "client-key-data")
                        .contains(field)) {
                    return Optional.of("a user with " + field);
                }
            }
            boolean isRight = config.at("/clusters/0/cluster/server").asText().equals(server)
                    && !config.at("/clusters/0/cluster").has("certificate-authority")
                    && config.path("users").size() == 1
                    && config.path("clusters").size() == 1
                    && (token == null || user.path("token").asText().equals(token));
            return isRight ? Optional.empty() : Optional.of("another server or token");
        } catch (IOException e) {
            return Optional.of("not a kubeconfig");
        }
    }

    /** After a plugin has printed something for a profile with this server. */
    static Optional<String> faultOfCredential(byte[] output, String server, Outcome outcome) {
        String text = new String(output, StandardCharsets.UTF_8);
        JsonNode document = null;
        try {
            document = STRICT_JSON.readTree(text);
        } catch (JsonProcessingException e) {
            if (text.startsWith("{")) {
                return expect(false, outcome);
            }
        }
        boolean isPlain = document != null && document.isObject() && isPlain(document);
        if (isPlain && !outcome.isServed()) {
            return Optional.of("not served: " + outcome.messages());
        }
        if (document != null
                && outcome.isServed()
                && !V1.equals(document.path("apiVersion").textValue())) {
            return Optional.of("served from something else");
        }
        return outcome.isServed()
                ? faultOfBuilt(
                                outcome.kubeconfig(),
                                server,
                                isPlain
                                        ? document.at("/status/token")
                                                .textValue()
                                                .strip()
                                        : null)
                        .or(() -> faultOf(outcome))
                : faultOf(outcome);
    }

    private static boolean isPlain(JsonNode document) {
        JsonNode status = document.path("status");
        String token = status.path("token").isTextual() ? status.path("token").textValue() : "";
        return V1.equals(document.path("apiVersion").textValue())
                && "ExecCredential".equals(document.path("kind").textValue())
                && document.path("spec").toString().equals("{\"interactive\":false}")
                && document.size() == 4
                && token.chars().allMatch(c -> c > ' ' && c < 0x7f)
                && !token.isEmpty()
                && "2099-01-01T00:00:00Z"
                        .equals(status.path("expirationTimestamp").textValue())
                && status.size() == 2;
    }

    /** After the value of a source Secret was written. */
    static Optional<String> faultOfKubeconfig(byte[] source, Outcome outcome) {
        if (!outcome.isServed()) {
            return HostileInputs.isUnchangedKubeconfig(source) ? expect(true, outcome) : faultOf(outcome);
        }
        if (!Arrays.equals(source, outcome.kubeconfig())) {
            return Optional.of("not a copy of its source");
        }
        return outcome.isReported("UnsafeKubeconfig")
                ? faultOf(outcome)
                : faultOfSafe(source).or(() -> faultOf(outcome));
    }

    /** Why a kubeconfig is not one that leads to a server and runs and reads nothing. */
    private static Optional<String> faultOfSafe(byte[] kubeconfig) {
        Object document;
        try {
            LoaderOptions options = new LoaderOptions();
            options.setWarnOnDuplicateKeys(false);
            // the first document only, as client-go's loader
            document = new Yaml(new SafeConstructor(options))
                    .loadAll(new UnicodeReader(new ByteArrayInputStream(kubeconfig)))
                    .iterator()
                    .next();
        } catch (RuntimeException e) {
            return Optional.of("copied without a warning, although it is not YAML: " + e.getMessage());
        }
        if (!(document instanceof Map<?, ?> config)) {
            return Optional.of("copied without a warning, although it is not an object");
        }
        for (Map<?, ?> user : contents(config, "users", "user")) {
            for (String field : LOCAL_FIELDS) {
                if (user.get(field) != null && !"".equals(user.get(field))) {
                    return Optional.of("copied without a warning of " + field);
                }
            }
        }
        if (contents(config, "clusters", "cluster").stream()
                .anyMatch(cluster -> cluster.get("certificate-authority") instanceof String file && !file.isEmpty())) {
            return Optional.of("copied without a warning of certificate-authority");
        }
        Map<?, ?> context = named(config, "contexts", "context", config.get("current-context"));
        Object server =
                named(config, "clusters", "cluster", context.get("cluster")).get("server");
        return server == null || "".equals(server)
                ? Optional.of("copied without a warning, although it leads to no server")
                : Optional.empty();
    }

    private static List<Map<?, ?>> contents(Map<?, ?> config, String list, String field) {
        return named(config, list).stream()
                .<Map<?, ?>>map(item -> item.get(field) instanceof Map<?, ?> content ? content : Map.of())
                .toList();
    }

    private static Map<?, ?> named(Map<?, ?> config, String list, String field, Object name) {
        return named(config, list).stream()
                .filter(item -> orEmpty(item.get("name")).equals(orEmpty(name)))
                .<Map<?, ?>>map(item -> item.get(field) instanceof Map<?, ?> content ? content : Map.of())
                .findFirst()
                .orElse(Map.of());
    }

    private static Object orEmpty(Object name) {
        return name == null ? "" : name;
    }

    private static List<Map<?, ?>> named(Map<?, ?> config, String list) {
        return config.get(list) instanceof List<?> items
                ? items.stream()
                        .<Map<?, ?>>map(item -> item instanceof Map<?, ?> map ? map : Map.of())
                        .toList()
                : List.of();
    }

    private static Optional<String> expect(boolean served, Outcome outcome) {
        return outcome.isServed() == served
                ? faultOf(outcome)
                : Optional.of((served ? "not served: " : "served: ") + outcome.messages());
    }
}
