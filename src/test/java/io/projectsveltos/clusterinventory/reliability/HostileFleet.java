package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.decoded;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.projectsveltos.clusterinventory.component.kubernetes.Json;
import io.projectsveltos.clusterinventory.reliability.HostileOracle.Outcome;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer.Request;
import io.projectsveltos.clusterinventory.testing.Scrape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Profiles that get one hostile input after the other on a real API server, and good ones in between. Two profiles that are
 * always good show when the controller has reached everything that was written before them.
 */
final class HostileFleet {

    private static final ObjectMapper JSON = Json.newMapper();
    private static final String COPIED = "copied";
    private static final String FETCHED = "fetched";
    private static final Duration BOUND = Duration.ofMinutes(1);

    /** How a line of the log begins: everything that does not was forged. */
    private static final Pattern LINE =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{12}Z (INFO |WARN ) [^\\p{Cntrl}\\p{Cf}]*");

    private static final int WRITERS = 4;
    private static final int RECENT = 2_000;
    private static final int MAX_NAME = 253 - "-sveltos-kubeconfig".length();

    private final AuditedApiServer server;
    private final String namespace;
    private final Path directory;
    private final List<String> profiles;
    private final HttpClient http;
    private TestedController controller;
    private Map<String, byte[]> sources = new HashMap<>();
    private Map<String, byte[]> outputs = Map.of();
    private Map<String, JsonNode> statuses = Map.of();
    private List<String> batch = List.of();
    private List<String> recent = List.of();
    private int linesBefore;
    private int version;

    HostileFleet(AuditedApiServer server, Path directory, HostileInputs inputs, int size) {
        this.server = server;
        this.directory = directory;
        this.http = server.client().getHttpClient();
        namespace = server.server().createNamespace("hostile");
        profiles = IntStream.range(0, size)
                .mapToObj(i -> inputs.name(i, "profile-" + i))
                .toList();
        write(directory.resolve("plugin.sh"), "exec cat \"$(dirname \"$0\")/outputs/$CLUSTERPROFILE_NAME\"\n");
        write(providerFile(), """
                providers:
                - name: plugin
                  execConfig:
                    apiVersion: client.authentication.k8s.io/v1
                    command: sh
                    args: [%s]
                    provideClusterInfo: true
                    interactiveMode: Never
                  profileSourcedCLIArgsPolicy: Append
                  profileSourcedEnvVarsPolicy: Replace
                  profileSourcedEnvVars: [ALLOWED, ALLOWED_TOO]
                """.formatted(directory.resolve("plugin.sh")));
        writeAll(0, size, (i, name) -> create(name));
        Stream.of(COPIED, FETCHED).forEach(this::create);
    }

    private boolean create(String profile) {
        send("POST", path("api/v1", "secrets", ""), "application/json", """
                {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "%s"}}
                """.formatted(sourceOf(profile)));
        return send(
                "POST",
                path("apis/multicluster.x-k8s.io/v1alpha1", "clusterprofiles", ""),
                "application/json",
                """
                {"apiVersion": "multicluster.x-k8s.io/v1alpha1", "kind": "ClusterProfile", "metadata": {"name": "%s"},
                 "spec": {"displayName": "a", "clusterManager": {"name": "manager"}}}
                """.formatted(profile));
    }

    /** The source of a profile, whose name may be too long for a suffix. */
    private static String sourceOf(String profile) {
        return profile.length() > MAX_NAME ? "source" : profile + "-source";
    }

    void attach(TestedController tested) {
        controller = tested;
    }

    String namespace() {
        return namespace;
    }

    Path providerFile() {
        return directory.resolve("providers.yaml");
    }

    /** The profile that gets an input. */
    String profile(int index) {
        return profiles.get(index % profiles.size());
    }

    /** Its managed Secret could not have a name. */
    boolean isNameTooLong(String profile) {
        return profile.length() > MAX_NAME;
    }

    /** The CPU time of the controller's process so far. */
    Duration cpu() {
        return ProcessHandle.of(controller.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }

    /** From here on, lines of the log are about the next inputs. */
    void begin() {
        linesBefore = controller.lines().size();
    }

    interface Writer {

        boolean write(int index, String profile);
    }

    /** Writes inputs at the same time; returns the indexes of those that were stored. */
    TreeSet<Integer> writeAll(int first, int count, Writer writer) {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<Boolean>> stored = IntStream.range(first, first + count)
                    .mapToObj(index -> writers.submit(() -> writer.write(index, profile(index))))
                    .toList();
            TreeSet<Integer> indexes = new TreeSet<>();
            for (int i = 0; i < count; i++) {
                if (stored.get(i).get()) {
                    indexes.add(first + i);
                }
            }
            return indexes;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            writers.shutdown();
        }
    }

    /** Writes labels and name, then the status; returns whether the API server stores the status. */
    boolean write(String profile, HostileInputs.Profile input) {
        String path = path("apis/multicluster.x-k8s.io/v1alpha1", "clusterprofiles", "/" + profile);
        patch(path, """
                [{"op": "add", "path": "/metadata/labels", "value": %s}, {"op": "add", "path": "/spec/displayName", "value": %s}]
                """.formatted(input.labels(), input.displayName()));
        return writeStatus(profile, input.status());
    }

    private boolean writeStatus(String profile, String status) {
        return patch(
                path("apis/multicluster.x-k8s.io/v1alpha1", "clusterprofiles", "/" + profile) + "/status",
                "[{\"op\": \"add\", \"path\": \"/status\", \"value\": " + status + "}]");
    }

    /** Has the plugin print something for a profile, and asks for it; returns whether the API server stores the status. */
    boolean print(String profile, byte[] output, String address) {
        write(directory.resolve("outputs").resolve(profile), output);
        return writeStatus(profile, offering("{\"name\": \"plugin\", \"cluster\": {\"server\": \"" + address + "\"}}"));
    }

    private static String offering(String accessProvider) {
        return "{\"accessProviders\": [" + accessProvider + "]}";
    }

    /** Writes the source of a profile; returns whether the API server stores it. */
    boolean writeSource(String profile, byte[] value) {
        return patch(
                path("api/v1", "secrets", "/" + sourceOf(profile)),
                "[{\"op\": \"add\", \"path\": \"/data\", \"value\": {\"value\": \""
                        + Base64.getEncoder().encodeToString(value) + "\"}}]");
    }

    private boolean read(String profile) {
        return writeStatus(profile, offering("""
                {"name": "kubeconfig-secretreader", "cluster": {"server": "https://member.example", "extensions": [
                 {"name": "client.authentication.k8s.io/exec", "extension": {"name": "%s", "key": "value"}}]}}
                """.formatted(sourceOf(profile))));
    }

    /** Gives all profiles a good source and a good status, and waits until the controller has reached them. */
    void heal() {
        byte[] kubeconfig = goodKubeconfig();
        TreeSet<Integer> written = writeAll(0, profiles.size(), (index, profile) -> {
            write(directory.resolve("outputs").resolve(profile), HostileInputs.credential());
            return writeSource(profile, kubeconfig) && read(profile);
        });
        assertEquals(profiles.size(), written.size(), "stored");
        awaitQuiet();
    }

    /** Has the plugin print a good credential for each profile. */
    void fetch() {
        writeAll(
                0,
                profiles.size(),
                (index, profile) -> print(profile, HostileInputs.credential(), "https://fetched.example"));
        awaitQuiet();
    }

    private byte[] goodKubeconfig() {
        return HostileBench.kubeconfig("https://member-" + version++ + ".example", "token");
    }

    /** Waits until each profile has a copy of its source: a conflict, for example, is retried. */
    void awaitHealthy() {
        await().atMost(BOUND).pollDelay(Duration.ZERO).untilAsserted(() -> {
            readObjects();
            assertEquals(List.of(), notHealthy(), () -> "they last logged " + lastLines(notHealthy()));
        });
    }

    private List<String> lastLines(List<String> about) {
        List<String> lines = controller.lines().stream()
                .filter(line -> about.stream().anyMatch(profile -> line.contains("/" + profile + ": ")))
                .map(HostileInputs::excerpt)
                .toList();
        return lines.subList(Math.max(0, lines.size() - 10), lines.size());
    }

    private List<String> notHealthy() {
        return profiles.stream()
                .filter(profile -> !isNameTooLong(profile))
                .filter(profile ->
                        !Arrays.equals(outputs.get(profile), source(namespace + "/" + sourceOf(profile) + "/value")))
                .toList();
    }

    /** Waits until the controller has nothing left to do but retries. */
    void awaitQuiet() {
        byte[] kubeconfig = goodKubeconfig();
        String address = "https://fetched-" + version + ".example";
        writeSource(COPIED, kubeconfig);
        read(COPIED);
        print(FETCHED, HostileInputs.credential(), address);
        await().atMost(BOUND)
                .pollInterval(Duration.ofMillis(100))
                .failFast("the controller has ended", () -> !controller.isAlive())
                .until(() -> Arrays.equals(kubeconfig, copyOf(COPIED))
                        && text(copyOf(FETCHED)).contains(address)
                        && isIdle());
        readObjects();
    }

    private boolean isIdle() {
        Scrape metrics = controller.metrics();
        return Stream.of("workqueue_depth", "controller_runtime_active_workers")
                .flatMap(name -> metrics.lines().stream().filter(line -> line.startsWith(name + "{")))
                .filter(line -> !line.contains("events"))
                .allMatch(line -> line.endsWith(" 0.0") || line.endsWith(" 0"));
    }

    private byte[] copyOf(String profile) {
        Secret secret = server.client()
                .secrets()
                .inNamespace(namespace)
                .withName(secretName(profile))
                .get();
        return secret == null ? null : value(secret, "kubeconfig");
    }

    private void readObjects() {
        List<String> lines = controller.lines();
        batch = List.copyOf(lines.subList(linesBefore, lines.size()));
        recent = List.copyOf(lines.subList(Math.max(0, linesBefore - RECENT), linesBefore));
        Map<String, byte[]> values = new HashMap<>();
        outputs = new HashMap<>();
        for (Secret secret :
                server.client().secrets().inNamespace(namespace).list().getItems()) {
            String name = secret.getMetadata().getName();
            if (secret.getData() != null) {
                secret.getData()
                        .forEach((key, value) -> values.put(namespace + "/" + name + "/" + key, decoded(value)));
                if (name.endsWith(secretName(""))) {
                    outputs.put(
                            name.substring(0, name.length() - secretName("").length()), value(secret, "kubeconfig"));
                }
            }
        }
        sources = values;
        statuses = new HashMap<>();
        try {
            JsonNode all = JSON.readTree(
                    request("GET", path("apis/multicluster.x-k8s.io/v1alpha1", "clusterprofiles", ""), "", "")
                            .body());
            all.path("items")
                    .forEach(item -> statuses.put(item.at("/metadata/name").asText(), item.path("status")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of a Secret by {@code namespace/name/key}; null if it does not exist. */
    byte[] source(String place) {
        return sources.get(place);
    }

    /** The status of a profile as the API server has stored it. */
    JsonNode status(String profile) {
        return statuses.get(profile);
    }

    /** What has come of the last input of a profile: an older kubeconfig stays where it was refused. */
    Outcome outcome(String profile) {
        List<String> messages = messages(batch, profile);
        if (messages.isEmpty()) {
            // an ongoing state is logged once: a retry may have failed when the profile was already healthy again
            List<String> earlier = messages(recent, profile);
            messages = earlier.isEmpty() ? earlier : List.of(earlier.get(earlier.size() - 1));
        }
        Outcome refusal = new Outcome(null, messages);
        return refusal.isRefused() || HostileOracle.offersNothing(statuses.get(profile))
                ? refusal
                : new Outcome(outputs.get(profile), messages);
    }

    private List<String> messages(List<String> lines, String profile) {
        String about = " " + namespace + "/" + profile + ": ";
        return lines.stream()
                .filter(line -> line.contains(about))
                .map(line -> line.substring(line.indexOf(about) + about.length()))
                .toList();
    }

    /** That each line of the log since {@link #begin} is one that the controller writes. */
    void checkLog() {
        for (String line : batch) {
            assertTrue(LINE.matcher(line).matches(), () -> "a forged line: " + HostileInputs.excerpt(line));
        }
    }

    /** That the controller has only written outputs and finalizers of these profiles, and Events. */
    void checkWrites() {
        List<String> foreign = server.requests(FIRST).stream()
                .filter(Request::isWrite)
                .filter(request -> !mayWrite(request))
                .map(request -> request.namespace() + " " + request)
                .toList();
        assertEquals(List.of(), foreign);
    }

    private boolean mayWrite(Request request) {
        String name = request.name();
        return request.namespace().equals(namespace)
                && switch (request.resource()) {
                    case "clusterprofiles", "sveltosclusters" -> isProfile(name);
                    case "secrets" ->
                        name.endsWith(secretName(""))
                                && isProfile(name.substring(
                                        0, name.length() - secretName("").length()));
                    default -> false;
                };
    }

    private boolean isProfile(String name) {
        return profiles.contains(name) || name.equals(COPIED) || name.equals(FETCHED);
    }

    /** That all Events are in the namespace and about its profiles, in one printable line. */
    void checkEvents() {
        assertEquals(List.of(), server.eventRequests(FIRST, "default"));
        server.client()
                .events()
                .v1()
                .events()
                .inNamespace(namespace)
                .list()
                .getItems()
                .forEach(event -> {
                    assertEquals("ClusterProfile", event.getRegarding().getKind());
                    assertTrue(isProfile(event.getRegarding().getName()));
                    assertFalse(event.getNote().matches("(?s).*[\\p{Cntrl}\\p{Cf}].*"), event::getNote);
                });
    }

    /** That no shell has run what was in an input. */
    void checkCanary() {
        assertFalse(Files.exists(directory.resolve(HostileText.CANARY)));
        assertFalse(Files.exists(Path.of(HostileText.CANARY)));
    }

    private boolean patch(String path, String operations) {
        return send("PATCH", path, "application/json-patch+json", operations);
    }

    private boolean send(String method, String path, String contentType, String body) {
        return request(method, path, contentType, body).isSuccessful();
    }

    private HttpResponse<byte[]> request(String method, String path, String contentType, String body) {
        var request = http.newHttpRequestBuilder().uri(server.client().getMasterUrl() + path.substring(1));
        HttpResponse<byte[]> answer = http.sendAsync(
                        (body.isEmpty() ? request : request.method(method, contentType, body)).build(), byte[].class)
                .join();
        if (answer.code() >= 500) {
            throw new IllegalStateException(method + " " + path + ": " + answer.code());
        }
        return answer;
    }

    private String path(String version, String plural, String name) {
        return "/" + version + "/namespaces/" + namespace + "/" + plural + name;
    }

    private static byte[] value(Secret secret, String key) {
        String value = secret.getData().get(key);
        return value == null ? null : decoded(value);
    }

    private static String text(byte[] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    private static void write(Path file, String content) {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
