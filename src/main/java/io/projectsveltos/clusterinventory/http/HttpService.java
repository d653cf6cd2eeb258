package io.projectsveltos.clusterinventory.http;

import io.projectsveltos.clusterinventory.http.HttpHandler.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a few paths to GET and HEAD, on blocking sockets: probes and scrapes are rare, and this costs little memory and no
 * start-up time. Any pod in the cluster can reach the port, so the cost of clients is bounded: 128 connections with one
 * thread each, 16 KiB of headers, 10 s to send the request (TLS handshake included) and 10 s to read the response. When all
 * 128 are open, the oldest that waits for its client is closed to make room for the next one. The JDK's own server has a
 * limit too, but closes the new connection instead, so that silent clients block probes.
 */
public final class HttpService extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(HttpService.class);

    /** How many connections wait in the kernel. */
    private static final int BACKLOG = 1024;

    private static final int SECOND_MILLIS = 1000;

    /** Address space; a thread that waits for its client uses a tenth of it. */
    private static final long STACK_BYTES = 512L * 1024;

    private final ListenAddress listenAddress;
    private final SSLContext tls;
    private final Map<String, HttpHandler> handlers;
    private final ConnectionLimits limits;
    private final ThreadFactory threads;
    private volatile ServerSocket server;
    private Connections connections;
    private Thread acceptor;

    /**
     * Binds its port when it is initialized and serves from its start to its stop.
     *
     * @param tls null for plain HTTP
     * @param handlers by path
     */
    public HttpService(ListenAddress listenAddress, SSLContext tls, Map<String, HttpHandler> handlers) {
        this(listenAddress, tls, handlers, ConnectionLimits.DEFAULT, HttpService::daemon);
    }

    HttpService(
            ListenAddress listenAddress,
            SSLContext tls,
            Map<String, HttpHandler> handlers,
            ConnectionLimits limits,
            ThreadFactory threads) {
        this.listenAddress = listenAddress;
        this.tls = tls;
        this.handlers = Map.copyOf(handlers);
        this.limits = limits;
        this.threads = threads;
    }

    /** The bound address, between start and stop; if the configured port is 0, with the port that was chosen. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Binds the port early, so that a port in use fails the start before anything else happens. */
    @Override
    protected void doInit() throws Exception {
        server = open();
    }

    @Override
    protected void doStart() throws Exception {
        if (server == null) {
            server = open();
        }
        connections = new Connections(limits);
        ServerSocket accepting = server;
        acceptor = daemon(() -> acceptAll(accepting));
        acceptor.start();
        LOG.info(
                "Serving {} on port {} of {}",
                handlers.keySet(),
                server.getLocalPort(),
                server.getInetAddress().getHostAddress());
    }

    @Override
    protected void doStop() throws Exception {
        if (server != null) {
            server.close();
            server = null;
        }
        if (acceptor != null) {
            acceptor.interrupt();
            acceptor.join();
            acceptor = null;
            connections.abortAll();
        }
    }

    private ServerSocket open() throws IOException {
        try {
            ServerSocket opened = new ServerSocket();
            opened.bind(listenAddress.socket(), BACKLOG);
            return opened;
        } catch (IOException e) {
            // without the cause, which a failed start would print instead
            throw new IOException("Cannot listen on " + listenAddress + ": " + e.getMessage());
        }
    }

    private void acceptAll(ServerSocket accepting) {
        try {
            while (!accepting.isClosed()) {
                acceptNext(accepting);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptNext(ServerSocket accepting) throws InterruptedException {
        boolean room = connections.awaitRoom();
        try {
            // how often overdue connections are closed, 0 for no timeout
            accepting.setSoTimeout(connections.isEmpty() ? 0 : SECOND_MILLIS);
            Socket socket = accepting.accept();
            if (room) {
                serve(socket);
            } else {
                socket.close();
            }
        } catch (SocketTimeoutException e) {
            // no client for a second
        } catch (IOException e) {
            if (!accepting.isClosed()) {
                LOG.warn("Cannot accept a connection on {}, retrying in 1s: {}", listenAddress, e.getMessage());
                TimeUnit.SECONDS.sleep(1);
            }
        }
        connections.closeOverdue();
    }

    private void serve(Socket socket) throws IOException {
        Connection connection = new Connection(socket, tls, this::handle);
        connections.add(connection);
        Runnable work = () -> {
            try {
                connection.run();
            } finally {
                connections.remove(connection);
            }
        };
        try {
            threads.newThread(work).start();
        } catch (OutOfMemoryError e) {
            // not of the heap: the container has reached its limit of processes and threads
            connection.close();
            connections.remove(connection);
            throw new IOException(e.getMessage());
        }
    }

    static Thread daemon(Runnable work) {
        Thread thread = new Thread(null, work, "http", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    private Response handle(RequestHead head) {
        HttpHandler handler = handlers.get(head.request().path());
        if (handler == null) {
            return Response.line(404, "not found; served paths: " + handlers.keySet());
        }
        if (!head.isGetOrHead()) {
            return Response.line(405, "only GET and HEAD are allowed");
        }
        try {
            return handler.handle(head.request());
        } catch (RuntimeException e) {
            LOG.warn("Cannot serve {}: {}", head.request().path(), e.toString());
            return Response.line(500, "failed, see the log");
        }
    }
}
