package io.projectsveltos.clusterinventory.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.apache.camel.util.concurrent.SynchronousExecutorService;

/**
 * The objects of {@link MockApiServer} without a server: a client's requests are answered on the caller's thread, before
 * they reach a socket. There are no watches; {@link #changesSince} has what they would send. For one thread at a time.
 */
public final class InMemoryApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MediaType MEDIA_TYPE = MediaType.get("application/json");

    private final Map<String, String> documents = MockApiServer.discovery();
    private final List<String> requests = new ArrayList<>();
    private ObjectStore store;
    private int failureCode;
    private int failuresLeft;

    /**
     * A change of an object.
     *
     * @param key namespace and name
     * @param before null when it was created
     * @param after null when it is gone
     */
    public record Change(String resource, String key, ObjectNode before, ObjectNode after) {}

    public InMemoryApi() {
        clear();
    }

    /** Starts over without objects. */
    public void clear() {
        store = new ObjectStore(MockApiServer::isCustomResource);
        requests.clear();
        failuresLeft = 0;
    }

    /** A client that reads and writes objects as the controller's own client does. */
    public KubernetesClient client() {
        try (KubernetesClient own =
                KubernetesClients.create("src/test/resources/kubeconfig-of-no-server.yaml", () -> true)) {
            return client(own.getKubernetesSerialization());
        }
    }

    /** A client that reads and writes objects in its own way. */
    public KubernetesClient client(KubernetesSerialization serialization) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://in-memory.invalid/")
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(serialization)
                .withHttpClientFactory(new OkHttpClientFactory() {
                    @Override
                    protected void additionalConfig(OkHttpClient.Builder builder) {
                        builder.addInterceptor(InMemoryApi.this::answer);
                        builder.dispatcher(new Dispatcher(new SynchronousExecutorService()));
                    }
                })
                .build();
    }

    /** Answers the next requests with a failure; 0 for none at all. */
    public void failNext(int code, int times) {
        failureCode = code;
        failuresLeft = times;
    }

    /** The requests of clients so far, in order: method, path and status code. */
    public List<String> requests() {
        return requests;
    }

    /** Changes that another client makes. */
    public void write(String method, String path, String contentType, Object body) {
        ApiRequest request = ApiRequest.of(
                method,
                path + (path.contains("?") ? "&" : "?") + "fieldManager=somebody",
                header -> header.equals("Content-Type") ? contentType : "",
                JSON.valueToTree(body).toString());
        store.handle(request);
    }

    public ObjectNode get(String resource, String namespace, String name) {
        return store.get(new ObjectStore.Key(resource, namespace, name));
    }

    /** What has happened after so many changes. */
    public List<Change> changesSince(int number) {
        List<ObjectStore.Change> all = store.history();
        return changes(all.subList(number, all.size()));
    }

    /** What has happened since the last call, for sequences of any length: it is forgotten. */
    public List<Change> takeChanges() {
        return changes(store.takeHistory());
    }

    /** An action that brings the present objects back, without a change that {@link #takeChanges} would return. */
    public Runnable snapshot() {
        return store.snapshot();
    }

    private static List<Change> changes(List<ObjectStore.Change> all) {
        return all.stream()
                .map(change -> new Change(
                        change.key().resource(),
                        change.key().namespace() + "/" + change.key().name(),
                        change.before(),
                        change.after()))
                .toList();
    }

    private Response answer(Interceptor.Chain chain) throws IOException {
        Request request = chain.request();
        if (failuresLeft > 0) {
            failuresLeft--;
            if (failureCode == 0) {
                requests.add(request.method() + " " + request.url().encodedPath() + " without answer");
                throw new IOException("no answer, on purpose");
            }
            return response(request, failureCode, new ApiFailure(failureCode, "failed on purpose").status());
        }
        String path = request.url().encodedPath();
        String document = documents.get(path);
        try {
            if (document != null) {
                return response(request, 200, JSON.readTree(document));
            }
            String query = request.url().encodedQuery();
            Buffer body = new Buffer();
            if (request.body() != null) {
                request.body().writeTo(body);
            }
            ApiRequest parsed = ApiRequest.of(
                    request.method(),
                    path + (query == null ? "" : "?" + query),
                    header -> header.equals("Content-Type") && request.body() != null
                            ? String.valueOf(request.body().contentType())
                            : request.header(header),
                    body.readUtf8());
            ObjectStore.Answer answer = store.handle(parsed);
            return response(request, answer.code(), parsed.represent(answer.object()));
        } catch (ApiFailure e) {
            return response(request, e.code(), e.status());
        }
    }

    private Response response(Request request, int code, JsonNode body) {
        requests.add(request.method() + " " + request.url().encodedPath() + " " + code);
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(code)
                .message("")
                .body(ResponseBody.create(body.toString(), MEDIA_TYPE))
                .build();
    }
}
