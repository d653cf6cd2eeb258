package io.projectsveltos.clusterinventory.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.APIGroupBuilder;
import io.fabric8.kubernetes.api.model.APIResourceBuilder;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * An API server in this process, over plain HTTP, that starts immediately and fails on request.
 *
 * <p>It implements what this project relies on: server-side apply with managedFields, optimistic locking, preconditions,
 * finalizers, status subresources, watches with label selectors and metadata-only representations. It does not
 * validate objects, fill in defaults, authorize or collect garbage, and to server-side apply a list is one field.
 */
public final class MockApiServer implements AutoCloseable {

    // a field, because the log manager would forget it; a line for each request says no more than requests()
    private static final Logger REQUEST_LOG = Logger.getLogger(MockWebServer.class.getName());

    static {
        REQUEST_LOG.setLevel(Level.WARNING);
    }

    private record CustomResource(String group, String version, String plural, String kind, boolean namespaced) {}

    private record Failure(String method, Pattern path, int code, AtomicInteger left) {
        boolean hits(RecordedRequest request) {
            return method.equals(request.getMethod())
                    && path.matcher(request.getPath()).find()
                    && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        }
    }

    private record Overload(Pattern path, MockResponse answer) {}

    private static final List<CustomResource> CUSTOM_RESOURCES = List.of(
            new CustomResource("multicluster.x-k8s.io", "v1alpha1", "clusterprofiles", "ClusterProfile", true),
            new CustomResource("lib.projectsveltos.io", "v1beta1", "sveltosclusters", "SveltosCluster", true),
            new CustomResource(
                    "lib.projectsveltos.io", "v1beta1", "debuggingconfigurations", "DebuggingConfiguration", false));

    private final MockWebServer server = new MockWebServer();
    private final ObjectStore store = new ObjectStore(MockApiServer::isCustomResource);
    private final Map<String, String> documents = discovery();
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Overload overload;
    private final Path kubeconfigFile;
    private final KubernetesClient client;

    private MockApiServer(boolean tls) throws IOException {
        if (tls) {
            server.useHttps();
        }
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer(request);
            }
        });
        server.start();
        String kubeconfig = """
                apiVersion: v1
                kind: Config
                clusters: [{name: mock, cluster: {server: "%s://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
                users: [{name: mock, user: {}}]
                contexts: [{name: mock, context: {cluster: mock, user: mock, namespace: default}}]
                current-context: mock
                """.formatted(tls ? "https" : "http", server.getPort());
        kubeconfigFile = Files.writeString(Files.createTempFile("mock-apiserver", ".kubeconfig"), kubeconfig);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build();
    }

    public static MockApiServer start() {
        return start(false);
    }

    /** Over TLS, as a real one. */
    public static MockApiServer startWithTls() {
        return start(true);
    }

    private static MockApiServer start(boolean tls) {
        try {
            return new MockApiServer(tls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public KubernetesClient client() {
        return client;
    }

    /** Its address, when it was started with TLS. */
    public String address() {
        return "https://127.0.0.1:" + server.getPort();
    }

    /** The PEM file of its certificate, which is for no host name. */
    public String certificateFile() {
        return server.getSelfSignedCertificate().certificatePath();
    }

    public Path kubeconfigFile() {
        return kubeconfigFile;
    }

    /**
     * Answers the next requests like this one with a failure, watches too. The fabric8 client repeats a request that
     * failed with 429 or 5xx by itself, up to ten times with its defaults.
     *
     * @param pathRegex is looked for in the path with its query
     */
    public void failNext(String method, String pathRegex, int statusCode, int times) {
        failures.add(new Failure(method, Pattern.compile(pathRegex), statusCode, new AtomicInteger(times)));
    }

    /**
     * Answers all requests like this one with a failure, until {@link #recover}.
     *
     * @param pathRegex is looked for in the path with its query
     * @param retryAfter seconds for the header of that name, null for none
     */
    public void overload(String pathRegex, int statusCode, String retryAfter) {
        MockResponse failure = json(statusCode, new ApiFailure(statusCode, "failed on purpose").status());
        overload = new Overload(
                Pattern.compile(pathRegex),
                retryAfter == null ? failure : failure.setHeader("Retry-After", retryAfter));
    }

    public void recover() {
        overload = null;
    }

    /** All requests so far, in order, each as its method and its path with the query. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        client.close();
        server.shutdown();
        try {
            Files.deleteIfExists(kubeconfigFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MockResponse answer(RecordedRequest recorded) {
        requests.add(recorded.getMethod() + " " + recorded.getPath());
        Overload present = overload;
        if (present != null && present.path().matcher(recorded.getPath()).find()) {
            return present.answer();
        }
        try {
            for (Failure failure : failures) {
                if (failure.hits(recorded)) {
                    throw new ApiFailure(failure.code(), "failed on purpose");
                }
            }
            String document = documents.get(recorded.getPath());
            if (document != null) {
                return new MockResponse().setResponseCode(200).setBody(document);
            }
            ApiRequest request = ApiRequest.of(recorded);
            if (request.watch()) {
                return new MockResponse().withWebSocketUpgrade(new WatchStream(request, store));
            }
            ObjectStore.Answer answer = store.handle(request);
            return json(answer.code(), request.represent(answer.object()));
        } catch (ApiFailure e) {
            return e.code() == 410 && recorded.getPath().contains("watch=true") ? gone(e) : json(e.code(), e.status());
        } catch (RuntimeException e) {
            // unanswered, the request would hang until the client's timeout
            return json(500, new ApiFailure(500, "the mock broke: " + e).status());
        }
    }

    /** A watch learns from an event, not from the HTTP status, that the version it asked for is too old. */
    private static MockResponse gone(ApiFailure failure) {
        return new MockResponse().withWebSocketUpgrade(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket, Response response) {
                ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", "ERROR");
                event.set("object", failure.status());
                socket.send(event.toString());
                socket.close(1000, "");
            }
        });
    }

    private static MockResponse json(int code, JsonNode body) {
        return new MockResponse()
                .setResponseCode(code)
                .setHeader("Content-Type", "application/json")
                .setBody(body.toString());
    }

    static boolean isCustomResource(String resource) {
        return CUSTOM_RESOURCES.stream()
                .anyMatch(crd -> resource.equals("apis/" + crd.group() + "/" + crd.version() + "/" + crd.plural()));
    }

    static Map<String, String> discovery() {
        Map<String, String> documents = new HashMap<>(Map.of("/readyz", "ok", "/livez", "ok", "/healthz", "ok"));
        documents.put("/version", "{\"major\": \"1\", \"minor\": \"36\", \"gitVersion\": \"v1.36.0\"}");
        CUSTOM_RESOURCES.forEach(resource -> {
            String groupVersion = resource.group() + "/" + resource.version();
            documents.computeIfAbsent(
                    "/apis/" + resource.group(),
                    path -> Serialization.asJson(new APIGroupBuilder()
                            .withName(resource.group())
                            .addNewVersion(groupVersion, resource.version())
                            .withNewPreferredVersion(groupVersion, resource.version())
                            .build()));
            documents.computeIfAbsent(
                    "/apis/" + groupVersion,
                    path -> Serialization.asJson(new APIResourceListBuilder()
                            .withGroupVersion(groupVersion)
                            .withResources(CUSTOM_RESOURCES.stream()
                                    .filter(other -> other.group().equals(resource.group()))
                                    .map(other -> new APIResourceBuilder()
                                            .withName(other.plural())
                                            .withKind(other.kind())
                                            .withNamespaced(other.namespaced())
                                            .build())
                                    .toList())
                            .build()));
        });
        return documents;
    }
}
