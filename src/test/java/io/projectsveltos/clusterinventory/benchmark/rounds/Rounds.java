package io.projectsveltos.clusterinventory.benchmark.rounds;

import static io.projectsveltos.clusterinventory.benchmark.rounds.InMemoryController.CLUSTERS;
import static io.projectsveltos.clusterinventory.benchmark.rounds.InMemoryController.PROFILES;
import static io.projectsveltos.clusterinventory.benchmark.rounds.InMemoryController.SECRETS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.apiserver.InMemoryApi;
import io.projectsveltos.clusterinventory.apiserver.InMemoryApi.Change;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * What the benchmarks measure. Each method is one round: from a change, or a key in the queue, until the controller is done
 * with everything that follows from it. An instance is for one of them, any number of times: it uses no more memory then.
 */
final class Rounds implements AutoCloseable {

    private static final ObjectMapper YAML = new YAMLMapper();
    private static final String NAMESPACE = "fleet";

    /** Its kubeconfig is copied from a Secret. */
    private static final String COPIED = "copied";

    /** Its kubeconfig is built from what an exec plugin prints. */
    private static final String FETCHED = "fetched";

    private static final String SOURCE = "copied-source";
    private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(10);

    /** Close to the expiry: the refresh is due at 80 % of the lifetime. */
    private static final Duration UNTIL_REFRESH = Duration.ofMinutes(9);

    private final InMemoryApi api = new InMemoryApi();
    private final InMemoryController controller = new InMemoryController(api, this::printCredential);
    private final Runnable beforeCreation;
    private final List<Change> creation;
    private int number;

    /** Starts the controller, and lets it serve two profiles. */
    Rounds() {
        createProfile(FETCHED, "{name: plugin, cluster: {server: 'https://fetched.example:6443'}}");
        controller.settle();
        writeSource();
        createProfile(COPIED, """
                name: kubeconfig-secretreader
                cluster:
                  server: https://copied.example:6443
                  extensions:
                  - name: client.authentication.k8s.io/exec
                    extension: {name: copied-source, key: kubeconfig}
                """);
        beforeCreation = api.snapshot();
        List<Change> changes = api.takeChanges();
        // the source Secret, and the profile with its status
        creation = List.of(changes.get(0), changes.get(changes.size() - 1));
        controller.deliver(creation);
        controller.settle();
        api.requests().clear();
    }

    /** Reconciles a profile whose outputs are as they should be. */
    void noOp() {
        controller.queue(NAMESPACE + "/" + COPIED);
        finish("no-op", List.of());
    }

    /** Makes both outputs of a new profile with a new source Secret, and queues the Event. */
    void create() {
        // otherwise it would be a repair, and these are limited
        controller.clock().advance(Duration.ofHours(1));
        beforeCreation.run();
        for (String name : List.of(SOURCE, COPIED, COPIED + ManagedMetadata.SECRET_SUFFIX)) {
            controller.forget(NAMESPACE + "/" + name);
        }
        controller.deliver(creation);
        finish(
                "create",
                List.of(
                        "GET secrets/copied-source",
                        "write clusterprofiles/copied",
                        "write secrets/copied-sveltos-kubeconfig",
                        "write sveltosclusters/copied"));
    }

    /** Copies a changed label to the SveltosCluster. */
    void changeLabel() {
        String value = "value-" + number++;
        api.write(
                "PATCH",
                path(PROFILES, COPIED),
                "application/merge-patch+json",
                Map.of("metadata", Map.of("labels", Map.of("changing", value))));
        finish("label change", List.of("write sveltosclusters/copied"));
        check(
                "label",
                value,
                api.get(CLUSTERS, NAMESPACE, COPIED)
                        .at("/metadata/labels/changing")
                        .asText());
    }

    /** Copies a changed source Secret. */
    void changeSource() {
        String kubeconfig = writeSource();
        finish("source change", List.of("GET secrets/copied-source", "write secrets/copied-sveltos-kubeconfig"));
        check("kubeconfig", kubeconfig, managedKubeconfig(COPIED));
    }

    /** Fetches a credential that is due from an exec plugin, and writes it. The plugin is not a process. */
    void refresh() {
        controller.clock().advance(UNTIL_REFRESH);
        String before = managedKubeconfig(FETCHED);
        controller.call("refresh-credentials");
        finish("refresh", List.of("write secrets/fetched-sveltos-kubeconfig"));
        if (before.equals(managedKubeconfig(FETCHED))) {
            throw new IllegalStateException("refresh wrote the credential of before");
        }
    }

    @Override
    public void close() {
        controller.close();
    }

    private void finish(String round, List<String> expected) {
        controller.settle();
        List<String> requests =
                api.requests().stream().map(Rounds::abbreviated).sorted().toList();
        api.requests().clear();
        check(round, expected, requests);
    }

    /** Whether a write is an apply or a create is up to the controller. A status code is only shown for a failure. */
    private static String abbreviated(String request) {
        String[] methodPathCode = request.split(" ");
        String[] path = methodPathCode[1].split("/namespaces/" + NAMESPACE + "/");
        String failure = methodPathCode[2].startsWith("2") ? "" : " " + methodPathCode[2];
        return (methodPathCode[0].equals("GET") ? "GET " : "write ") + path[path.length - 1] + failure;
    }

    private static void check(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new IllegalStateException(what + ": expected " + expected + " but was " + actual);
        }
    }

    private String writeSource() {
        String kubeconfig =
                Base64.getEncoder().encodeToString("""
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://copied.example:6443"}}]
                users: [{name: u, user: {token: token-%d}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(number++).getBytes(StandardCharsets.UTF_8));
        JsonNode secret = yaml("""
                {apiVersion: v1, kind: Secret, metadata: {name: copied-source}, data: {kubeconfig: %s}}
                """.formatted(kubeconfig));
        boolean exists = api.get(SECRETS, NAMESPACE, SOURCE) != null;
        api.write(exists ? "PUT" : "POST", path(SECRETS, exists ? SOURCE : ""), "application/json", secret);
        return kubeconfig;
    }

    private void createProfile(String name, String accessProvider) {
        JsonNode profile = yaml("""
                apiVersion: multicluster.x-k8s.io/v1alpha1
                kind: ClusterProfile
                metadata:
                  name: %s
                  labels: {x-k8s.io/cluster-manager: benchmark, env: production, region: north}
                spec: {displayName: %s, clusterManager: {name: benchmark}}
                """.formatted(name, name));
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.putObject("status").putArray("accessProviders").add(yaml(accessProvider));
        api.write("POST", path(PROFILES, ""), "application/json", profile);
        api.write("PATCH", path(PROFILES, name + "/status"), "application/merge-patch+json", status);
    }

    private void printCredential(Exchange exchange) {
        exchange.getMessage()
                .setBody("""
                {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                 "status": {"token": "token-%d", "expirationTimestamp": "%s"}}
                """.formatted(number++, controller.clock().instant().plus(TOKEN_LIFETIME))
                        .getBytes(StandardCharsets.UTF_8));
    }

    private String managedKubeconfig(String profile) {
        return api.get(SECRETS, NAMESPACE, profile + ManagedMetadata.SECRET_SUFFIX)
                .at("/data/kubeconfig")
                .asText();
    }

    private static String path(String resource, String name) {
        int plural = resource.lastIndexOf('/');
        String path = "/" + resource.substring(0, plural) + "/namespaces/" + NAMESPACE + resource.substring(plural);
        return name.isEmpty() ? path : path + "/" + name;
    }

    private static JsonNode yaml(String text) {
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
