package io.projectsveltos.clusterinventory.testing;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.AuthInfoBuilder;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.RealApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** A real API server with a user for each controller of a test. Its audit log shows the requests of each. */
public final class AuditedApiServer implements AutoCloseable {

    /** Users with all permissions. A test that restarts a controller uses the second, to keep the requests of the two apart. */
    public static final String FIRST = "first";

    public static final String SECOND = "second";

    /** A user with only the permissions that a test grants. */
    public static final String LIMITED = "limited";

    /** The field manager of the Go controller, and of Sveltos. */
    public static final String GO_FIELD_MANAGER = "manager";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final RealApiServer server;
    private final KubernetesClient client;

    /**
     * A request that was answered.
     *
     * @param verb get, list, create, patch (an apply is one), update or delete
     * @param resource the plural, with the subresource if there is one
     * @param namespace the namespace, empty for all
     * @param name the object's name, empty for lists
     * @param code the HTTP status of the answer
     * @param received when it reached the API server
     */
    public record Request(String verb, String resource, String namespace, String name, int code, Instant received) {

        public boolean isWrite() {
            return !Set.of("get", "list", "watch").contains(verb);
        }

        @Override
        public String toString() {
            return verb + " " + resource + " " + name;
        }
    }

    private AuditedApiServer(Path directory, RealApiServer server) {
        this.directory = directory;
        this.server = server;
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(server.client().getConfiguration())
                        .withUserAgent(GO_FIELD_MANAGER + "/test")
                        .build())
                .build();
    }

    public static AuditedApiServer start(String... apiServerFlags) {
        try {
            Path directory = Files.createTempDirectory("audit");
            Files.writeString(directory.resolve("tokens.csv"), """
                    token-of-first,first,first,system:masters
                    rotated-token-of-first,first,first,system:masters
                    token-of-second,second,second,system:masters
                    token-of-limited,limited,limited
                    """);
            Files.writeString(directory.resolve("policy.yaml"), """
                    apiVersion: audit.k8s.io/v1
                    kind: Policy
                    omitStages: [RequestReceived, ResponseStarted]
                    rules:
                      - level: Metadata
                        users: [first, second, limited]
                      - level: Metadata
                        userGroups: ["system:serviceaccounts"]
                    """);
            List<String> flags = new ArrayList<>(List.of(apiServerFlags));
            flags.addAll(
                    List.of("--token-auth-file", directory.resolve("tokens.csv").toString()));
            flags.addAll(List.of(
                    "--audit-policy-file", directory.resolve("policy.yaml").toString()));
            flags.addAll(
                    List.of("--audit-log-path", directory.resolve("audit.log").toString()));
            // megabytes: after a rotation the first requests would be missing
            flags.addAll(List.of("--audit-log-maxsize", "10000"));
            return new AuditedApiServer(directory, RealApiServer.start(flags.toArray(String[]::new)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RealApiServer server() {
        return server;
    }

    /** A client with all permissions, not in the audit log, whose field manager is {@value #GO_FIELD_MANAGER}. */
    public KubernetesClient client() {
        return client;
    }

    public void createNamespace(String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    /** Applies manifests, with all permissions. */
    public void apply(String manifests) {
        client.load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
                .serverSideApply();
    }

    /** What a rule of a role allows. */
    public static PolicyRule rule(String group, String resource, String... verbs) {
        return new PolicyRuleBuilder()
                .withApiGroups(group)
                .withResources(resource)
                .withVerbs(verbs)
                .build();
    }

    /** Allows {@link #LIMITED} this in all namespaces, until the binding is deleted. */
    public ClusterRoleBinding grant(String role, PolicyRule... rules) {
        client.resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        return client.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                        .addNewSubject("rbac.authorization.k8s.io", "User", LIMITED, null)
                        .build())
                .create();
    }

    /** Allows {@link #LIMITED} this in one namespace. */
    public void grantIn(String namespace, PolicyRule... rules) {
        client.resource(new RoleBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(LIMITED)
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        client.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(LIMITED)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", LIMITED)
                        .addNewSubject("rbac.authorization.k8s.io", "User", LIMITED, null)
                        .build())
                .create();
    }

    /** Deletes a CustomResourceDefinition, with all objects of the type. */
    public void uninstall(String crd) {
        var definitions = client.apiextensions().v1().customResourceDefinitions();
        definitions.withName(crd).delete();
        eventually(() -> assertNull(definitions.withName(crd).get()));
    }

    public void install(String crd) {
        install(crd, "v1alpha1");
    }

    /** Installs a CustomResourceDefinition with another version in place of v1alpha1, and waits until it is served. */
    public void install(String crd, String version) {
        try (InputStream file = AuditedApiServer.class.getResourceAsStream("/crds/" + crd + ".yaml")) {
            String yaml = new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("v1alpha1", version);
            client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                    .create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        eventually(
                () -> assertTrue(client
                        .apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(crd)
                        .get()
                        .getStatus()
                        .getConditions()
                        .stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"))));
    }

    public Path kubeconfigOf(String user) {
        return kubeconfigOf(user, "token-of-" + user);
    }

    public Path kubeconfigOf(String name, String bearerToken) {
        try {
            Config config = Serialization.unmarshal(Files.readString(server.kubeconfigFile()), Config.class);
            AuthInfo token = new AuthInfoBuilder().withToken(bearerToken).build();
            config.getUsers().forEach(entry -> entry.setUser(token));
            return Files.writeString(directory.resolve(name + ".kubeconfig"), Serialization.asYaml(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A kubeconfig of a user that names no files. */
    public Config portableKubeconfigOf(String user) {
        Config config = portableKubeconfig();
        AuthInfo token = new AuthInfoBuilder().withToken("token-of-" + user).build();
        config.getUsers().forEach(entry -> entry.setUser(token));
        return config;
    }

    /** A kubeconfig with the certificate of an administrator that names no files. */
    public Config portableKubeconfig() {
        try {
            Config config = Serialization.unmarshal(Files.readString(server.kubeconfigFile()), Config.class);
            Cluster cluster = config.getClusters().get(0).getCluster();
            cluster.setCertificateAuthorityData(encoded(cluster.getCertificateAuthority()));
            cluster.setCertificateAuthority(null);
            AuthInfo user = config.getUsers().get(0).getUser();
            user.setClientCertificateData(encoded(user.getClientCertificate()));
            user.setClientCertificate(null);
            user.setClientKeyData(encoded(user.getClientKey()));
            user.setClientKey(null);
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encoded(String file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(file)));
    }

    /** A token of a ServiceAccount. */
    public String tokenOf(String namespace, String account) {
        return client.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(new TokenRequest())
                .getStatus()
                .getToken();
    }

    /** The requests of a user in a namespace so far, in order, without Events and watches. */
    public List<Request> requests(String user, String namespace) {
        return requests(user).stream()
                .filter(request -> request.namespace().equals(namespace))
                .toList();
    }

    /** The requests of a user so far, in order, without Events and watches. */
    public List<Request> requests(String user) {
        return all(user).stream()
                .filter(request -> !request.resource().equals("events"))
                .filter(request -> !request.verb().equals("watch"))
                .toList();
    }

    /** The requests of a user for the Events of a namespace so far, in order. */
    public List<Request> eventRequests(String user, String namespace) {
        return all(user).stream()
                .filter(request -> request.resource().equals("events"))
                .filter(request -> request.namespace().equals(namespace))
                .toList();
    }

    private List<Request> all(String user) {
        return events(user, event -> event.has("objectRef") ? Stream.of(request(event)) : Stream.empty()).stream()
                .sorted(Comparator.comparing(Request::received))
                .toList();
    }

    /** The reasons of all refusals of a user so far, in the order of their answers. */
    public List<String> refusals(String user) {
        return events(
                user,
                event -> event.at("/responseStatus/code").asInt() == 403
                        ? Stream.of(event.at("/responseStatus/message")
                                .asText(event.path("verb").asText() + " "
                                        + event.path("requestURI").asText()))
                        : Stream.empty());
    }

    /** What is read from each event of a user: never all events at a time, which may be hundreds of megabytes. */
    private <T> List<T> events(String user, Function<JsonNode, Stream<T>> read) {
        try (Stream<String> log = Files.lines(directory.resolve("audit.log"))) {
            return log.filter(line -> line.endsWith("}"))
                    .filter(line -> line.contains('"' + user + '"'))
                    .map(AuditedApiServer::parse)
                    .filter(event -> event.at("/user/username").asText().equals(user))
                    .flatMap(read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The writes among the requests, such as "patch secrets name". */
    public List<String> writes(String user, String namespace) {
        return requests(user, namespace).stream()
                .filter(Request::isWrite)
                .map(Request::toString)
                .toList();
    }

    /** All writes of a user in a namespace so far, in order, including Events and Leases. */
    public List<Request> everyWrite(String user, String namespace) {
        return all(user).stream()
                .filter(Request::isWrite)
                .filter(request -> request.namespace().equals(namespace))
                .toList();
    }

    /**
     * Waits until a user has sent a request this many more times. A missing source is read once every sync period: this
     * is how a test waits for sync periods.
     */
    public void awaitMore(int times, String user, String namespace, String request) {
        long before = count(user, namespace, request);
        eventually(() -> assertTrue(count(user, namespace, request) >= before + times));
    }

    private long count(String user, String namespace, String request) {
        return requests(user, namespace).stream()
                .filter(made -> made.toString().equals(request))
                .count();
    }

    @Override
    public void close() {
        client.close();
        server.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Request request(JsonNode event) {
        JsonNode object = event.path("objectRef");
        String subresource = object.path("subresource").asText();
        return new Request(
                event.path("verb").asText(),
                object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                object.path("namespace").asText(),
                object.path("name").asText(),
                event.at("/responseStatus/code").asInt(),
                Instant.parse(event.path("requestReceivedTimestamp").asText()));
    }
}
