package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.benchmark.rounds.InMemoryController.CLUSTERS;
import static io.projectsveltos.clusterinventory.benchmark.rounds.InMemoryController.PROFILES;
import static io.projectsveltos.clusterinventory.benchmark.rounds.InMemoryController.SECRETS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.projectsveltos.clusterinventory.apiserver.InMemoryApi;
import io.projectsveltos.clusterinventory.benchmark.rounds.InMemoryController;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ProfileInputs;
import io.projectsveltos.clusterinventory.credential.exec.PluginInvocation;
import io.projectsveltos.clusterinventory.logging.FormattedLog;
import io.projectsveltos.clusterinventory.reliability.HostileOracle.Outcome;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/**
 * The real routes with an API server in memory, a plugin that is not a process, and one healthy profile next to the hostile
 * ones. It checks what holds for any input.
 */
final class HostileBench implements AutoCloseable {

    static final String NAMESPACE = "fleet";

    /** What is kept of a status, in bytes of JSON. */
    static final int MAX_STATUS_BYTES = 256 * 1024;

    private static final String HEALTHY = "healthy";
    private static final Duration MOST_CPU = Duration.ofSeconds(1);

    private final InMemoryApi api = new InMemoryApi();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<String> invocations = new ArrayList<>();
    private final InMemoryController controller;
    private final FormattedLog log;
    private byte[] output = HostileInputs.credential();

    /** The last profile, as the cluster manager wrote it. */
    private ObjectNode written;

    private Duration slowest = Duration.ZERO;
    private int version;

    HostileBench(Path directory) {
        System.setProperty(HostileText.CANARY, HostileText.EVALUATED);
        Path providers = write(directory.resolve("providers.yaml"), """
                providers:
                - name: plugin
                  execConfig:
                    apiVersion: client.authentication.k8s.io/v1
                    command: /no/plugin
                    args: [get]
                    provideClusterInfo: true
                  profileSourcedCLIArgsPolicy: Append
                  profileSourcedEnvVarsPolicy: Replace
                  profileSourcedEnvVars: [ALLOWED, ALLOWED_TOO]
                """);
        Path rules = write(directory.resolve("rules.yaml"), """
                rules:
                  labels: {region: "$(property:region)"}
                  data: {region: "$(property:region)", tier: "$(label:example.com/tier)"}
                """);
        IntSupplier limit = () -> MAX_STATUS_BYTES;
        Supplier<ProfileInputs> all = () -> ProfileInputs.ALL;
        controller = new InMemoryController(
                api,
                this::print,
                Map.of(
                        "clusterprofile-provider-file",
                        providers.toString(),
                        "registration-file",
                        rules.toString(),
                        HostileText.CANARY,
                        HostileText.EVALUATED),
                Map.of(ClusterProfile.MAX_STATUS_BYTES, limit, ProfileInputs.ATTRIBUTE, all));
        controller.context().getRegistry().bind(HostileText.CANARY, new Canary());
        log = FormattedLog.started();
        warmUp();
    }

    /** Compiles most of the code, also that for much text, so that the first inputs do not cost the time for it. */
    private void warmUp() {
        byte[] large = "9".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        for (byte[] each : List.of(output, large, output, large, output, large, output)) {
            output = each;
            serve(HostileProfiles.running("warm-up", "https://warm-up.example"));
            remove("warm-up");
            checkHealthy();
        }
    }

    /** A bean that gives the same as the property if an expression calls it. */
    public static final class Canary {

        @Override
        public String toString() {
            return HostileText.EVALUATED;
        }
    }

    /** The next thing that the plugin prints. */
    void setOutput(byte[] next) {
        output = next;
    }

    /** The most CPU time that an input has cost so far, in all threads. */
    Duration slowest() {
        return slowest;
    }

    /** A source Secret, whose value is under the key {@code value}. */
    void writeSource(String name, byte[] value) {
        api.write(
                "POST",
                path(SECRETS, ""),
                "application/json",
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Secret",
                        "metadata",
                        Map.of("namespace", NAMESPACE, "name", name),
                        "data",
                        Map.of("value", Base64.getEncoder().encodeToString(value))));
    }

    /** The value of a Secret by {@code namespace/name/key}; null if it does not exist. */
    byte[] source(String place) {
        String[] parts = place.split("/", 3);
        ObjectNode secret = api.get(SECRETS, parts[0], parts[1]);
        JsonNode value = secret == null ? null : secret.path("data").get(parts[2]);
        return value == null ? null : Base64.getDecoder().decode(value.textValue());
    }

    /**
     * Lets the controller serve a profile, and then the healthy one; deletes the profile again.
     *
     * @param profile its metadata names it
     * @param oracle what is wrong with what has come of it
     * @throws AssertionError if it finds something, or if a rule does not hold that is the same for all inputs
     */
    void check(ObjectNode profile, Function<Outcome, Optional<String>> oracle) {
        String name = profile.at("/metadata/name").asText();
        String key = NAMESPACE + "/" + name;
        Duration cpu = serve(profile);
        // code that runs for the first time, on a busy machine, may cost more than the input does
        for (int again = 0; again < 2 && cpu.compareTo(MOST_CPU) >= 0; again++) {
            remove(name);
            cpu = serve(profile);
        }
        slowest = cpu.compareTo(slowest) > 0 ? cpu : slowest;
        require(cpu.compareTo(MOST_CPU) < 0, "costs " + cpu);
        checkWrites(name);
        checkLog();
        checkEvaluation(name);
        oracle.apply(new Outcome(kubeconfig(name), messages(key))).ifPresent(fault -> require(false, fault));
        remove(name);
        checkHealthy();
    }

    /** Forgets what was before; returns the CPU time that it takes, in all threads. */
    private Duration serve(ObjectNode profile) {
        api.requests().clear();
        log.forget();
        invocations.clear();
        long before = cpuNanos();
        create(profile);
        controller.settle();
        controller.recordEvents(NAMESPACE + "/" + profile.at("/metadata/name").asText());
        return Duration.ofNanos(cpuNanos() - before);
    }

    /** A cluster manager creates a profile, and writes its status then. */
    private void create(ObjectNode profile) {
        String name = profile.at("/metadata/name").asText();
        api.write("POST", path(PROFILES, ""), "application/json", profile);
        ObjectNode created = api.get(PROFILES, NAMESPACE, name).deepCopy();
        created.set("status", profile.get("status"));
        api.write("PUT", path(PROFILES, "/" + name) + "/status", "application/json", created);
        written = api.get(PROFILES, NAMESPACE, name);
    }

    private void checkWrites(String name) {
        List<String> allowed = List.of(
                path(PROFILES, "/" + name),
                path(CLUSTERS, "/" + name),
                path(SECRETS, "/" + name + "-sveltos-kubeconfig"),
                path("apis/events.k8s.io/v1/events", ""));
        for (String request : api.requests()) {
            String[] parts = request.split(" ");
            require(
                    parts[0].equals("GET") || allowed.stream().anyMatch(path -> parts[1].equals(path)),
                    "a write outside its objects: " + request);
        }
        ObjectNode now = api.get(PROFILES, NAMESPACE, name);
        require(
                Stream.of("/spec", "/status", "/metadata/labels", "/metadata/annotations")
                        .allMatch(field -> now.at(field).equals(written.at(field))),
                "more of the profile than its finalizer has changed");
        for (String secret : List.of(name + "-source", HEALTHY + "-source")) {
            ObjectNode source = api.get(SECRETS, NAMESPACE, secret);
            require(
                    source == null || source.at("/metadata/labels").isMissingNode(),
                    "a source is not as it was written");
        }
    }

    /** Each event is one line, and nothing in it moves a cursor. */
    private void checkLog() {
        for (String line :
                Stream.concat(log.text().stream(), log.json().stream()).toList()) {
            require(
                    line.endsWith("\n")
                            && line.strip()
                                    .codePoints()
                                    .noneMatch(c -> Character.isISOControl(c) && c != '\t'
                                            || c == '\u2028'
                                            || c == '\u2029'
                                            || Character.getType(c) == Character.FORMAT),
                    "a forged line: " + line);
        }
    }

    private void checkEvaluation(String name) {
        List<Object> written = new ArrayList<>(invocations);
        written.addAll(log.text());
        written.add(api.get(SECRETS, NAMESPACE, name + "-sveltos-kubeconfig"));
        written.add(kubeconfig(name) == null ? "" : new String(kubeconfig(name), StandardCharsets.ISO_8859_1));
        written.add(api.get(CLUSTERS, NAMESPACE, name));
        for (Object each : written) {
            require(each == null || !each.toString().contains(HostileText.EVALUATED), "it was evaluated: " + each);
        }
    }

    /** The messages about a profile, without what precedes its key. */
    private List<String> messages(String key) {
        return log.text().stream()
                .filter(line -> line.contains(" " + key + ": "))
                .map(line -> line.substring(line.indexOf(" " + key + ": ") + key.length() + 3)
                        .strip())
                .toList();
    }

    private void remove(String name) {
        api.write("DELETE", path(PROFILES, "/" + name), "application/json", Map.of());
        if (api.get(SECRETS, NAMESPACE, name + "-source") != null) {
            api.write("DELETE", path(SECRETS, "/" + name + "-source"), "application/json", Map.of());
        }
        controller.settle();
        require(
                api.get(PROFILES, NAMESPACE, name) == null
                        && api.get(CLUSTERS, NAMESPACE, name) == null
                        && kubeconfig(name) == null,
                "it or its outputs are not deleted: " + log.text());
    }

    /** Serves the healthy profile from another source. */
    private void checkHealthy() {
        byte[] kubeconfig = kubeconfig("https://healthy-" + version++ + ".example", "token");
        if (api.get(PROFILES, NAMESPACE, HEALTHY) == null) {
            writeSource(HEALTHY + "-source", kubeconfig);
            create(HostileProfiles.reading(HEALTHY));
        } else {
            api.write(
                    "PATCH",
                    path(SECRETS, "/" + HEALTHY + "-source"),
                    "application/merge-patch+json",
                    Map.of("data", Map.of("value", Base64.getEncoder().encodeToString(kubeconfig))));
        }
        controller.clock().advance(Duration.ofHours(1));
        controller.settle();
        require(Arrays.equals(kubeconfig, kubeconfig(HEALTHY)), "the healthy profile is not served: " + log.text());
    }

    private byte[] kubeconfig(String profile) {
        ObjectNode secret = api.get(SECRETS, NAMESPACE, profile + "-sveltos-kubeconfig");
        return secret == null
                ? null
                : Base64.getDecoder().decode(secret.at("/data/kubeconfig").asText());
    }

    private void print(Exchange exchange) {
        PluginInvocation invocation = exchange.getMessage().getBody(PluginInvocation.class);
        invocations.add(invocation.command() + invocation.args() + invocation.environment());
        exchange.getMessage().setBody(output);
    }

    private long cpuNanos() {
        return Arrays.stream(threads.getThreadCpuTime(threads.getAllThreadIds()))
                .filter(nanos -> nanos > 0)
                .sum();
    }

    static byte[] kubeconfig(String server, String token) {
        return Fixtures.kubeconfig("server: \"" + server + "\"", "token: " + token);
    }

    private static void require(boolean condition, String fault) {
        if (!condition) {
            throw new AssertionError(fault);
        }
    }

    private static String path(String resource, String name) {
        int plural = resource.lastIndexOf('/');
        return "/" + resource.substring(0, plural) + "/namespaces/" + NAMESPACE + resource.substring(plural) + name;
    }

    private static Path write(Path file, String content) {
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        System.clearProperty(HostileText.CANARY);
        log.close();
        controller.close();
    }
}
