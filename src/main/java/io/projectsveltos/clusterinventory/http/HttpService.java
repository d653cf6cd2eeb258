package io.projectsveltos.clusterinventory.http;

import io.projectsveltos.clusterinventory.http.HttpHandler.Answer;
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
 * Serves a few pages to GET and HEAD, on blocking sockets: probes and scrapes are rare, and it costs no memory and no start.
 * Anybody in the cluster can reach the port, so what clients cost is bounded: 128 connections of one thread each, 16 KiB of
 * headers, 10 s to send the request (TLS handshake included) and 10 s to read the answer. When all 128 are open, the oldest
 * that waits for its client is closed for the next one. The JDK's own server has a limit too, but then closes the next
 * one, so that silent clients keep probes away.
 */
public final class HttpService extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(HttpService.class);

    /** How many connections the kernel keeps for us. */
    private static final int BACKLOG = 1024;

    private static final int SECOND_MILLIS = 1000;

    /** Of address space; a thread that waits for its client has touched a tenth of it. */
    private static final long STACK_BYTES = 512L * 1024;

    private final ListenAddress address;
    private final SSLContext tls;
    private final Map<String, HttpHandler> pages;
    private final ConnectionLimits limits;
    private final ThreadFactory threads;
    private volatile ServerSocket server;
    private Connections connections;
    private Thread acceptor;

    /**
     * Makes a service; it takes its port when it is initialized and answers from its start to its stop.
     *
     * @param address where to listen
     * @param tls the TLS context, null for plain HTTP
     * @param pages the pages by path
     */
    public HttpService(ListenAddress address, SSLContext tls, Map<String, HttpHandler> pages) {
        this(address, tls, pages, ConnectionLimits.DEFAULT, HttpService::daemon);
    }

    HttpService(
            ListenAddress address,
            SSLContext tls,
            Map<String, HttpHandler> pages,
            ConnectionLimits limits,
            ThreadFactory threads) {
        this.address = address;
        this.tls = tls;
        this.pages = Map.copyOf(pages);
        this.limits = limits;
        this.threads = threads;
    }

    /**
     * Where it listens, between its start and its stop.
     *
     * @return the address, with the port that was taken if 0 was asked for
     */
    public InetSocketAddress listening() {
        return (InetSocketAddress) server.getLocalSocketAddress();
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
        connections = new Connections(limits);
        ServerSocket accepting = server;
        acceptor = daemon(() -> acceptAll(accepting));
        acceptor.start();
        LOG.info("Serving {} on {}", pages.keySet(), server.getLocalSocketAddress());
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
            opened.bind(address.socket(), BACKLOG);
            // how often overdue connections are looked for
            opened.setSoTimeout(SECOND_MILLIS);
            return opened;
        } catch (IOException e) {
            // without the cause, which would be the line that a failed start ends with
            throw new IOException("Cannot listen on " + address + ": " + e.getMessage());
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
            Socket socket = accepting.accept();
            if (room) {
                serve(socket);
            } else {
                socket.close();
            }
        } catch (SocketTimeoutException e) {
            // nobody for a second
        } catch (IOException e) {
            if (!accepting.isClosed()) {
                LOG.warn("Cannot accept a connection on {}, trying again: {}", address, e.getMessage());
                TimeUnit.SECONDS.sleep(1);
            }
        }
        connections.closeOverdue();
    }

    private void serve(Socket socket) throws IOException {
        Connection connection = new Connection(socket, tls, this::answer);
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
            // not of heap: the container has as many processes and threads as it may
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

    private Answer answer(RequestHead head) {
        HttpHandler page = pages.get(head.request().path());
        if (page == null) {
            return Answer.line(404, "nothing here; there is " + pages.keySet());
        }
        if (!head.isGetOrHead()) {
            return Answer.line(405, "only GET and HEAD");
        }
        try {
            return page.get(head.request());
        } catch (RuntimeException e) {
            LOG.warn("Cannot answer {}: {}", head.request().path(), e.toString());
            return Answer.line(500, "failed, see the log");
        }
    }
}
