package io.projectsveltos.clusterinventory.http;

import io.projectsveltos.clusterinventory.http.HttpHandler.Answer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * One connection, for one request. It is not kept for another one, since a probe opens a new one anyway, and a scrape is
 * rare.
 */
final class Connection implements Runnable {

    /** Of an answer that is not read, the kernel would keep megabytes for each connection. */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    private final Socket socket;
    private final SSLContext tls;
    private final Function<RequestHead, Answer> pages;
    private volatile Thread thread;

    /** Whether it is the client that we wait for, and since when. */
    private boolean waiting = true;

    private long since = System.nanoTime();
    private boolean closed;

    /**
     * Makes a connection.
     *
     * @param socket the client's
     * @param tls the TLS context, null for plain HTTP
     * @param pages answers requests
     */
    Connection(Socket socket, SSLContext tls, Function<RequestHead, Answer> pages) {
        this.socket = socket;
        this.tls = tls;
        this.pages = pages;
    }

    /** Reads the request and answers it. */
    @Override
    public void run() {
        thread = Thread.currentThread();
        try (Socket client = secured()) {
            ResponseWriter writer = new ResponseWriter(client);
            try {
                RequestHead head = RequestHead.read(client.getInputStream());
                waitForClient(false);
                Answer answer = pages.apply(head);
                waitForClient(true);
                writer.write(answer, head.isHead());
            } catch (BadRequestException e) {
                writer.write(Answer.line(e.status(), e.getMessage()), false);
            }
        } catch (IOException e) {
            // the client went away, or was too slow
        } finally {
            close();
        }
    }

    /** Whether its page is being made, which the client cannot delay. */
    synchronized boolean isAnswering() {
        return !waiting;
    }

    /** Whether the client has kept us waiting for longer than that. */
    synchronized boolean isWaitingLongerThan(Duration time) {
        return waiting && !closed && System.nanoTime() - since > time.toNanos();
    }

    /** Ends what the thread waits for; only the raw socket does that without waiting for the client itself. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        try {
            socket.close();
        } catch (IOException e) {
            // nobody is left to be answered
        }
    }

    /** Closes it, and has its page come to an end too. */
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

    private synchronized void waitForClient(boolean now) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        waiting = now;
        since = System.nanoTime();
    }
}
