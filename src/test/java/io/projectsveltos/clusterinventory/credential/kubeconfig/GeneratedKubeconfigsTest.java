package io.projectsveltos.clusterinventory.credential.kubeconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Validates small random kubeconfigs, written as JSON, as YAML, or with the users behind an alias. An independent model
 * applies client-go's rules in client-go's order.
 */
class GeneratedKubeconfigsTest {

    private static final int COUNT = 20_000;
    private static final List<String> NAMES = List.of("a", "b", "");
    private static final List<String> SERVERS = List.of("https://one", "https://one:port", "one:6443", "");
    private static final List<String> PROXIES = List.of("http://proxy", "ftp://proxy", "");
    private static final Map<String, Object> EXEC = Map.of("command", "sh");

    private final Random random = new Random(20260101);

    private enum Verdict {
        NONE,
        WARNING,
        FATAL
    }

    /** A kubeconfig as lists of (name, fields). */
    private record Config(Object current, List<Named> contexts, List<Named> clusters, List<Named> users) {}

    private record Named(String name, Map<String, Object> fields) {}

    @Test
    void theValidatorAgreesWithTheModel() throws Exception {
        Map<Verdict, Integer> seen = new EnumMap<>(Verdict.class);
        for (int i = 0; i < COUNT; i++) {
            Config config = generate();
            String text = write(config);
            Verdict expected = judge(config);

            Verdict actual = KubeconfigValidator.validate(text.getBytes(StandardCharsets.UTF_8))
                    .map(fault -> fault.isFatal() ? Verdict.FATAL : Verdict.WARNING)
                    .orElse(Verdict.NONE);

            assertEquals(expected, actual, () -> text);
            seen.merge(actual, 1, Integer::sum);
        }
        for (Verdict verdict : Verdict.values()) {
            assertTrue(seen.getOrDefault(verdict, 0) > COUNT / 20, () -> "often enough to mean something: " + seen);
        }
    }

    // the model

    private static Verdict judge(Config config) {
        if (!isLoaded(config)) {
            return Verdict.WARNING;
        }
        String current = config.current() == null ? "" : (String) config.current();
        Map<String, Object> context = find(config.contexts(), current);
        if (context == null && !current.isEmpty()) {
            return Verdict.WARNING;
        }
        Map<String, Object> cluster = reference(config.clusters(), context, "cluster");
        Map<String, Object> user = reference(config.users(), context, "user");
        if ("".equals(cluster.getOrDefault("server", ""))) {
            return Verdict.FATAL;
        }
        return isLocal(config) || !isClientMade(cluster, user) ? Verdict.WARNING : Verdict.NONE;
    }

    private static boolean isLoaded(Config config) {
        return (config.current() == null || config.current() instanceof String)
                && List.of(config.contexts(), config.clusters(), config.users()).stream()
                        .allMatch(GeneratedKubeconfigsTest::areNamesUnique)
                && config.clusters().stream()
                        .allMatch(cluster ->
                                cluster.fields().getOrDefault("insecure-skip-tls-verify", false) instanceof Boolean);
    }

    private static boolean areNamesUnique(List<Named> entries) {
        Set<String> names = new HashSet<>();
        return entries.stream().allMatch(entry -> names.add(entry.name()));
    }

    private static boolean isLocal(Config config) {
        return config.users().stream()
                        .anyMatch(user -> user.fields().containsKey("exec")
                                || user.fields().containsKey("tokenFile"))
                || config.clusters().stream()
                        .anyMatch(cluster -> cluster.fields().containsKey("certificate-authority"));
    }

    private static boolean isClientMade(Map<String, Object> cluster, Map<String, Object> user) {
        return !"https://one:port".equals(cluster.get("server"))
                && !"ftp://proxy".equals(cluster.get("proxy-url"))
                && !(user.containsKey("token") && user.containsKey("username"))
                && !(user.containsKey("as-uid") && !user.containsKey("as"));
    }

    private static Map<String, Object> reference(List<Named> entries, Map<String, Object> context, String field) {
        Object name = context == null ? "" : context.getOrDefault(field, "");
        Map<String, Object> found = find(entries, (String) name);
        return found == null ? Map.of() : found;
    }

    private static Map<String, Object> find(List<Named> entries, String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .map(Named::fields)
                .findFirst()
                .orElse(null);
    }

    // the generator

    private Config generate() {
        List<Named> contexts = named(() -> {
            Map<String, Object> context = new HashMap<>();
            sometimes(0.9, () -> context.put("cluster", any(NAMES)));
            sometimes(0.9, () -> context.put("user", any(NAMES)));
            return context;
        });
        List<Named> clusters = named(() -> {
            Map<String, Object> cluster = new HashMap<>();
            sometimes(0.9, () -> cluster.put("server", any(SERVERS)));
            sometimes(0.3, () -> cluster.put("proxy-url", any(PROXIES)));
            sometimes(0.1, () -> cluster.put("certificate-authority", "/etc/ca"));
            sometimes(0.2, () -> cluster.put("insecure-skip-tls-verify", random.nextDouble() < 0.8 ? true : "true"));
            return cluster;
        });
        List<Named> users = named(() -> {
            Map<String, Object> user = new HashMap<>();
            sometimes(0.8, () -> user.put("token", "t"));
            sometimes(0.1, () -> user.put("username", "u"));
            sometimes(0.1, () -> user.put("as", "x"));
            sometimes(0.1, () -> user.put("as-uid", "1"));
            sometimes(0.1, () -> user.put("exec", EXEC));
            sometimes(0.1, () -> user.put("tokenFile", "/etc/token"));
            return user;
        });
        Object current = random.nextDouble() < 0.03 ? (Object) 7 : any(List.of("a", "b", "", "c"));
        return new Config(random.nextDouble() < 0.1 ? null : current, contexts, clusters, users);
    }

    private List<Named> named(Supplier<Map<String, Object>> fields) {
        List<Named> entries = new ArrayList<>();
        for (String name : NAMES) {
            sometimes(0.75, () -> entries.add(new Named(name, fields.get())));
        }
        sometimes(0.03, () -> entries.add(new Named("a", fields.get())));
        return entries;
    }

    private void sometimes(double probability, Runnable action) {
        if (random.nextDouble() < probability) {
            action.run();
        }
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private String write(Config config) throws JsonProcessingException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("current-context", config.current());
        root.put("contexts", entries(config.contexts(), "context"));
        root.put("clusters", entries(config.clusters(), "cluster"));
        Map<String, Object> withUsers = new LinkedHashMap<>(root);
        withUsers.put("users", entries(config.users(), "user"));
        return switch (random.nextInt(4)) {
            case 0 -> new JsonMapper().writeValueAsString(withUsers);
            case 1 -> new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(withUsers);
            case 2 -> new YAMLMapper().writeValueAsString(withUsers);
            default ->
                "x: &users " + new JsonMapper().writeValueAsString(withUsers.get("users"))
                        + "\n" + new YAMLMapper().writeValueAsString(root).replaceFirst("---\n", "")
                        + "users: *users\n";
        };
    }

    private static List<Map<String, Object>> entries(List<Named> named, String field) {
        return named.stream()
                .map(each -> Map.of("name", each.name(), field, (Object) each.fields()))
                .toList();
    }
}
