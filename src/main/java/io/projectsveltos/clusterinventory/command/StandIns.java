package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.projectsveltos.clusterinventory.command.RouteCase.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * What answers in place of the systems that a case calls: an HTTP server and the same with https, both on the loopback
 * address, and a folder of files. It is the management cluster too. Texts of a case may contain
 * <code>{{case.http}}</code>, <code>{{case.https}}</code>, <code>{{case.files}}</code>,
 * <code>{{case.ca-file}}</code> and <code>{{case.ca-data}}</code> (the CA of https: a PEM file, and base64),
 * <code>{{case.kubeconfig}}</code> (of the server edge-1.example, with the token t0ken), and times such as
 * <code>{{now}}</code> and <code>{{now+1h}}</code>.
 */
final class StandIns implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TIME = Pattern.compile("\\{\\{now(?:([+-])(\\w+))?}}");
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: edge-1
            contexts: [{name: edge-1, context: {cluster: edge-1, user: sveltos}}]
            clusters: [{name: edge-1, cluster: {server: "https://edge-1.example:6443"}}]
            users: [{name: sveltos, user: {token: t0ken}}]
            """;
    private static final String HOST = "127.0.0.1";

    private final Instant now;
    private final Path folder;
    private final HttpServer plain;
    private final HttpsServer secure;
    private final ExecutorService workers = Executors.newCachedThreadPool(StandIns::daemon);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, String> placeholders = new LinkedHashMap<>();
    private final Map<String, String> objects = new LinkedHashMap<>();
    private final List<Answer> answers = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> unanswered = new CopyOnWriteArrayList<>();

    /**
     * Starts them.
     *
     * @param now the time of the case
     */
    StandIns(Instant now) throws IOException {
        this.now = now;
        folder = Files.createTempDirectory("clusterinventory-case");
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getByName(HOST), 0);
        HeldCertificate authority =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        plain = HttpServer.create(anyPort, 0);
        secure = HttpsServer.create(anyPort, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(new HandshakeCertificates.Builder()
                .heldCertificate(new HeldCertificate.Builder()
                        .addSubjectAlternativeName(HOST)
                        .signedBy(authority)
                        .build())
                .build()
                .sslContext()));
        for (HttpServer server : List.of(plain, secure)) {
            server.setExecutor(workers);
            server.createContext("/", this::answer);
            server.start();
        }
        placeholders.put(
                "{{case.http}}", "http://" + HOST + ":" + plain.getAddress().getPort());
        placeholders.put(
                "{{case.https}}", "https://" + HOST + ":" + secure.getAddress().getPort());
        placeholders.put("{{case.files}}", folder.toString());
        placeholders.put(
                "{{case.ca-file}}", write("ca.pem", authority.certificatePem()).toString());
        placeholders.put("{{case.ca-data}}", base64(authority.certificatePem()));
        placeholders.put("{{case.kubeconfig}}", KUBECONFIG);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "stand-in");
        thread.setDaemon(true);
        return thread;
    }

    /** The text with its placeholders replaced; others, such as those of settings, stay. */
    String fill(String text) {
        String filled = text;
        for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
            filled = filled.replace(placeholder.getKey(), placeholder.getValue());
        }
        return TIME.matcher(filled).replaceAll(found -> Matcher.quoteReplacement(time(found)));
    }

    private String time(MatchResult found) {
        Duration distance = found.group(2) == null ? Duration.ZERO : Times.duration(found.group(2));
        return ("-".equals(found.group(1)) ? now.minus(distance) : now.plus(distance)).toString();
    }

    /** Writes a file into the folder. */
    Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder)) {
            throw new IllegalArgumentException("the file " + name + " would not be in the folder of the case");
        }
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** Adds answers; the first that fits is given. */
    void add(List<Answer> more) {
        answers.addAll(more);
    }

    /** Adds an object of the management cluster. */
    void addObject(String path, Object object) throws IOException {
        objects.put("GET " + path, JSON.writeValueAsString(object));
    }

    void addSecret(String key, Map<String, String> values) throws IOException {
        String[] names = key.split("/", 2);
        if (names.length < 2) {
            throw new IllegalArgumentException("the Secret " + key + " is not NAMESPACE/NAME");
        }
        Map<String, String> data = new LinkedHashMap<>();
        values.forEach((name, value) -> data.put(name, base64(value)));
        addObject(
                "/api/v1/namespaces/" + names[0] + "/secrets/" + names[1],
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Secret",
                        "metadata",
                        Map.of("namespace", names[0], "name", names[1], "uid", key, "resourceVersion", "1"),
                        "data",
                        data));
    }

    /** A kubeconfig of the management cluster. */
    Path kubeconfig() throws IOException {
        return write("management-cluster.kubeconfig", fill("""
                apiVersion: v1
                kind: Config
                current-context: case
                contexts: [{name: case, context: {cluster: case, user: case}}]
                clusters: [{name: case, cluster: {server: "{{case.http}}"}}]
                users: [{name: case, user: {}}]
                """));
    }

    /** The requests in their order, without those for objects of the management cluster that are given. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** The requests that had no answer. */
    List<String> unanswered() {
        return List.copyOf(unanswered);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String object = objects.get(request.split("\\?", 2)[0]);
        if (object != null) {
            send(exchange, 200, "application/json", object);
            return;
        }
        requests.add(request);
        Answer answer = answers.stream()
                .filter(candidate -> fits(candidate, request, exchange, body))
                .findFirst()
                .orElse(null);
        if (answer == null) {
            unanswered.add(request);
            send(exchange, 404, "text/plain", "there is no answer to this request");
            return;
        }
        await(answer);
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        boolean isText = answer.body() == null || answer.body().isTextual();
        send(exchange, answer.status(), isText ? "text/plain" : "application/json", text(answer.body()));
    }

    private static boolean fits(Answer answer, String request, HttpExchange exchange, String body) {
        return request.equals(answer.request())
                && answer.withHeaders().entrySet().stream().allMatch(header -> header.getValue()
                        .equals(exchange.getRequestHeaders().getFirst(header.getKey())))
                && (answer.withBody() == null || body.contains(answer.withBody()));
    }

    /** A close of the stand-ins ends it. */
    private void await(Answer answer) {
        try {
            if (answer.delay() != null) {
                closed.await(Times.duration(answer.delay()).toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!exchange.getResponseHeaders().containsKey("Content-Type")) {
            exchange.getResponseHeaders().set("Content-Type", type);
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** A text as it is, any other value as JSON. */
    static String text(JsonNode value) {
        return value == null ? "" : value.isTextual() ? value.asText() : value.toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        closed.countDown();
        plain.stop(0);
        secure.stop(0);
        workers.shutdownNow();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
