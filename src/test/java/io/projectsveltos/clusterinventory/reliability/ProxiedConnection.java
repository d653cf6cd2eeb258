package io.projectsveltos.clusterinventory.reliability;

import java.io.BufferedInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One connection of a client, and one to the API server that carries its requests. Sockets are closed below TLS: a
 * connection that breaks says no goodbye.
 */
final class ProxiedConnection implements Runnable {

    /** The API server closes a connection that was idle for 90 s, which a client that has the connection itself would notice. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final FaultProxy proxy;
    private final Socket socket;
    private InputStream fromClient;
    private OutputStream toClient;
    private volatile Socket upstream;
    private InputStream fromServer;
    private OutputStream toServer;
    private long lastUse;
    private Fault fault;
    private volatile boolean isWatching;
    private volatile boolean isSilent;

    ProxiedConnection(FaultProxy proxy, Socket socket) {
        this.proxy = proxy;
        this.socket = socket;
    }

    @Override
    public void run() {
        try {
            proxy.gate().pass();
            acceptTls();
            boolean isOpen = true;
            while (isOpen) {
                MessageHead request = MessageHead.read(fromClient);
                fault = proxy.fault();
                isOpen = proxy.effectOf(fault, request).apply(this, request) && !request.isLast();
            }
        } catch (IOException e) {
            // one of the two has closed the connection, or a fault did
        } finally {
            close();
        }
    }

    /** Passes a request on, and its answer back. */
    boolean passOn(MessageHead request, Damage damage) throws IOException {
        send(request);
        MessageHead answer = MessageHead.read(fromServer);
        OutputStream out = damage.transport().apply(toClient);
        isWatching = request.isWatch();
        MessageBody body = new MessageBody(
                fromServer, out, part -> isFaultOn() ? damage.content().apply(part) : part);
        out.write(answer.bytes());
        out.flush();
        if (isWatching || answer.isUpgraded()) {
            stream(answer, body);
            return false;
        }
        body.copy(answer);
        lastUse = System.nanoTime();
        return !answer.isLast();
    }

    /** Answers in place of the API server. */
    boolean answer(MessageHead request, int code, String reason, String... headers) throws IOException {
        discardBody(request);
        String body = """
                {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"injected","reason":"%s",\
                "code":%d}""".formatted(reason, code);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + code + " " + reason + "\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        head.append("Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n");
        toClient.write((head + body).getBytes(StandardCharsets.US_ASCII));
        toClient.flush();
        return true;
    }

    /** Reads until the client has enough of waiting. */
    boolean swallow() throws IOException {
        fromClient.transferTo(OutputStream.nullOutputStream());
        return false;
    }

    boolean loseAnswer(MessageHead request) throws IOException {
        send(request);
        MessageHead.read(fromServer);
        return swallow();
    }

    Random random() {
        return proxy.random();
    }

    /** Waits, if the fault is still on; ends early with an exception when the proxy is closed. */
    void pause(int millis) throws IOException {
        try {
            if (isFaultOn() && proxy.closed().await(millis, TimeUnit.MILLISECONDS)) {
                throw new IOException("closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    boolean isWatching() {
        return isWatching;
    }

    /** From now on neither data nor the end of a watch reaches the client. Returns whether there is a watch. */
    boolean silenceWatch() {
        isSilent = isWatching;
        return isSilent;
    }

    /** Closes both ends with a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // closed already
        }
        close();
    }

    void close() {
        closeQuietly(socket);
        if (upstream != null) {
            closeQuietly(upstream);
        }
        proxy.forget(this);
    }

    private boolean isFaultOn() {
        return proxy.fault() == fault;
    }

    private void acceptTls() throws IOException {
        socket.setTcpNoDelay(true);
        SSLSocket tls = (SSLSocket) proxy.serverTls().createSocket(socket, null, socket.getPort(), false);
        tls.setUseClientMode(false);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        tls.setSSLParameters(parameters);
        fromClient = new BufferedInputStream(tls.getInputStream());
        toClient = new GatedStream(tls.getOutputStream());
    }

    /** Sends a request with its body to the API server. */
    private void send(MessageHead request) throws IOException {
        connect();
        toServer.write(request.bytes());
        new MessageBody(fromClient, toServer, bytes -> bytes).copy(request);
        toServer.flush();
    }

    private void connect() throws IOException {
        proxy.gate().pass();
        if (upstream != null && System.nanoTime() - lastUse < IDLE.toNanos()) {
            return;
        }
        if (upstream != null) {
            upstream.close();
        }
        upstream = new Socket(proxy.apiServer().getHost(), proxy.apiServer().getPort());
        upstream.setTcpNoDelay(true);
        Socket tls = proxy.clientTls()
                .createSocket(
                        upstream, proxy.apiServer().getHost(), proxy.apiServer().getPort(), false);
        fromServer = new BufferedInputStream(tls.getInputStream());
        toServer = new GatedStream(tls.getOutputStream());
    }

    /** Passes a watch on until one of the two ends it. What the client sends are frames, or nothing. */
    private void stream(MessageHead answer, MessageBody body) throws IOException {
        CountDownLatch clientHasEnded = new CountDownLatch(1);
        proxy.threads().execute(() -> passFramesOn(clientHasEnded));
        try {
            if (answer.isUpgraded()) {
                body.copyFrames();
            } else {
                body.copy(answer);
            }
        } catch (IOException e) {
            if (!isSilent) {
                throw e;
            }
        }
        if (isSilent) {
            await(clientHasEnded);
        }
    }

    private void passFramesOn(CountDownLatch clientHasEnded) {
        try {
            byte[] buffer = new byte[8192];
            for (int count = fromClient.read(buffer); count >= 0; count = fromClient.read(buffer)) {
                toServer.write(buffer, 0, count);
                toServer.flush();
            }
            proxy.gate().pass();
        } catch (IOException e) {
            // one of the two has closed the connection
        } finally {
            clientHasEnded.countDown();
            close();
        }
    }

    private void discardBody(MessageHead request) throws IOException {
        new MessageBody(fromClient, OutputStream.nullOutputStream(), bytes -> bytes).copy(request);
    }

    private static void await(CountDownLatch latch) throws InterruptedIOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it cannot be used any more, which was the purpose
        }
    }

    private final class GatedStream extends FilterOutputStream {

        GatedStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            proxy.gate().pass();
            if (!isSilent) {
                out.write(bytes, offset, length);
            }
        }
    }
}
