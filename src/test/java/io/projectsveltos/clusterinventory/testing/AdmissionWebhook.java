package io.projectsveltos.clusterinventory.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * The API server calls it before each write in a namespace, after it has read the object: a write of the test from here
 * comes between the two. Allows everything.
 */
public final class AdmissionWebhook implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Consumer<Write> before;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final KubernetesClient client;
    private final ValidatingWebhookConfiguration configuration;
    private volatile boolean asked;

    /**
     * A write that is about to be done.
     *
     * @param user who writes
     * @param resource the plural
     */
    public record Write(String user, String resource) {}

    private AdmissionWebhook(KubernetesClient client, String namespace, Consumer<Write> before) throws IOException {
        this.client = client;
        this.before = before;
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslContext()));
        server.setExecutor(threads);
        server.createContext("/", this::allow);
        server.start();
        configuration = client.resource(configuration(namespace, certificate)).create();
    }

    /** Starts one, and waits until the API server calls it. */
    public static AdmissionWebhook start(AuditedApiServer apiServer, String namespace, Consumer<Write> before) {
        try {
            AdmissionWebhook webhook = new AdmissionWebhook(apiServer.client(), namespace, before);
            await().until(() -> webhook.isAskedIn(namespace));
            return webhook;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.resource(configuration).delete();
        server.stop(0);
        threads.shutdownNow();
    }

    private boolean isAskedIn(String namespace) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("probe")
                        .endMetadata()
                        .build())
                .dryRun()
                .create();
        return asked;
    }

    private ValidatingWebhookConfiguration configuration(String namespace, HeldCertificate certificate) {
        return new ValidatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .addNewWebhook()
                .withName("before.example.com")
                .addNewRule()
                .withOperations("CREATE", "UPDATE")
                .withApiGroups("*")
                .withApiVersions("*")
                .withResources("*")
                .endRule()
                .withNewNamespaceSelector()
                .withMatchLabels(Map.of("kubernetes.io/metadata.name", namespace))
                .endNamespaceSelector()
                .withNewClientConfig()
                .withUrl("https://127.0.0.1:" + server.getAddress().getPort() + "/")
                .withCaBundle(Base64.getEncoder()
                        .encodeToString(certificate.certificatePem().getBytes()))
                .endClientConfig()
                .withAdmissionReviewVersions("v1")
                .withSideEffects("None")
                .endWebhook()
                .build();
    }

    private void allow(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked = true;
            JsonNode request = JSON.readTree(exchange.getRequestBody()).path("request");
            before.accept(new Write(
                    request.at("/userInfo/username").asText(),
                    request.at("/resource/resource").asText()));
            byte[] review = JSON.writeValueAsBytes(Map.of(
                    "apiVersion",
                    "admission.k8s.io/v1",
                    "kind",
                    "AdmissionReview",
                    "response",
                    Map.of("uid", request.path("uid").asText(), "allowed", true)));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, review.length);
            exchange.getResponseBody().write(review);
        }
    }
}
