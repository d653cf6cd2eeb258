package io.projectsveltos.clusterinventory.http;

import io.projectsveltos.clusterinventory.http.HttpHandler.Response;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/** One connection, for one request. It is not kept alive: probes open new connections anyway, and scrapes are rare. */
final class Connection implements Runnable {

    /** Otherwise the kernel would buffer megabytes of a response that its client does not read. */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    private final Socket socket;
    private final SSLContext tls;
    private final Function<RequestHead, Response> handler;
    private volatile Thread thread;

    /** Whether this end waits for the client, and since when. */
    private boolean waiting = true;

    private long since = System.nanoTime();
    private boolean closed;

    /**
     * @param tls null for plain HTTP
     */
    Connection(Socket socket, SSLContext tls, Function<RequestHead, Response> handler) {
        this.socket = socket;
        this.tls = tls;
        this.handler = handler;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try (Socket client = secured()) {
            ResponseWriter writer = new ResponseWriter(client);
            try {
                RequestHead head = RequestHead.read(client.getInputStream());
                setWaiting(false);
                Response response = handler.apply(head);
                setWaiting(true);
                writer.write(response, head.isHead());
            } catch (BadRequestException e) {
                writer.write(Response.line(e.status(), e.getMessage()), false);
            }
        } catch (IOException e) {
            // the client disconnected, or was too slow
        } finally {
            close();
        }
    }

    /** Whether the request is being handled, which the client cannot delay. */
    synchronized boolean isHandling() {
        return !waiting;
    }

    synchronized boolean isWaitingLongerThan(Duration time) {
        return waiting && !closed && System.nanoTime() - since > time.toNanos();
    }

    /** Wakes the thread if it waits for the client. Closes the raw socket: closing TLS would itself wait for the client. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        try {
            socket.close();
        } catch (IOException e) {
            // the client is gone already
        }
    }

    /** Closes it and interrupts the handler. */
    void abort() {
        close();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private Socket secured() throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSendBufferSize(SEND_BUFFER_BYTES);
        return tls == null ? socket : tls.getSocketFactory().createSocket(socket, null, true);
    }

    private synchronized void setWaiting(boolean now) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        waiting = now;
        since = System.nanoTime();
    }
}
