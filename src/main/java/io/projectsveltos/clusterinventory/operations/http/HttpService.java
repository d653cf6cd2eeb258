package io.projectsveltos.clusterinventory.operations.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.projectsveltos.clusterinventory.operations.http.Page.Answer;
import io.projectsveltos.clusterinventory.operations.http.Page.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a few pages, on the JDK's own server: probes and scrapes are rare, and it costs no memory and no start. */
public final class HttpService extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(HttpService.class);
    private static final int CONNECTIONS = 64;
    private static final int IDLE_SECONDS = 10;

    /** The headers that RFC 9110 wants with a status. */
    private static final Map<Integer, Map<String, String>> HINTS =
            Map.of(401, Map.of("WWW-Authenticate", "Bearer"), 405, Map.of("Allow", "GET, HEAD"));

    static {
        // Against clients that connect and then say nothing. In seconds; read once, by the first server of the process.
        defaultProperty("sun.net.httpserver.maxReqTime", "10");
        defaultProperty("sun.net.httpserver.maxRspTime", "30");
        defaultProperty("jdk.httpserver.maxConnections", String.valueOf(CONNECTIONS));
    }

    private final ListenAddress address;
    private final SSLContext tls;
    private final Map<String, Page> pages;
    private volatile HttpServer server;
    private ExecutorService threads;

    /**
     * Makes a service; it takes its port when it is initialized and answers from its start to its stop.
     *
     * @param address where to listen
     * @param tls the TLS context, null for plain HTTP
     * @param pages the pages by path
     */
    public HttpService(ListenAddress address, SSLContext tls, Map<String, Page> pages) {
        this.address = address;
        this.tls = tls;
        this.pages = Map.copyOf(pages);
    }

    /**
     * Where it listens, between its start and its stop.
     *
     * @return the address, with the port that was taken if 0 was asked for
     */
    public InetSocketAddress listening() {
        return server.getAddress();
    }

    /** Takes the port: early, so that one that is taken ends the process before it has done anything. */
    @Override
    protected void doInit() throws Exception {
        server = open();
    }

    @Override
    protected void doStart() throws Exception {
        if (server == null) {
            server = open();
        }
        threads = threads();
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        LOG.info("Serving {} on {}", pages.keySet(), server.getAddress());
    }

    @Override
    protected void doStop() {
        if (threads != null) {
            server.stop(0);
            threads.shutdownNow();
            server = null;
            threads = null;
        }
    }

    private HttpServer open() throws IOException {
        try {
            if (tls == null) {
                return HttpServer.create(address.socket(), 0);
            }
            HttpsServer secure = HttpsServer.create(address.socket(), 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            return secure;
        } catch (IOException e) {
            // without the cause, which would be the line that a failed start ends with
            throw new IOException("Cannot listen on " + address + ": " + e.getMessage());
        }
    }

    /** A thread a connection: with fewer, some clients that send no whole request would keep probes waiting. */
    private static ExecutorService threads() {
        return new ThreadPoolExecutor(
                0, CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), HttpService::daemon);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "http");
        thread.setDaemon(true);
        return thread;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answerTo(exchange);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            HINTS.getOrDefault(answer.status(), Map.of()).forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answerTo(HttpExchange exchange) {
        Page page = pages.get(exchange.getRequestURI().getPath());
        if (page == null) {
            return Answer.line(404, "nothing here; there is " + pages.keySet());
        }
        if (!exchange.getRequestMethod().matches("GET|HEAD")) {
            return Answer.line(405, "only GET and HEAD");
        }
        try {
            return page.get(new Request(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestURI().getQuery(),
                    exchange.getRequestHeaders().getFirst("Authorization")));
        } catch (RuntimeException e) {
            LOG.warn("Cannot answer {}: {}", exchange.getRequestURI().getPath(), e.toString());
            return Answer.line(500, "failed, see the log");
        }
    }

    private static void defaultProperty(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
