package io.projectsveltos.clusterinventory.component.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A proxy to an API server on this machine. It can be cut, and counts the bytes that the server sends. */
final class Wire implements AutoCloseable {

    private final ServerSocket entry;
    private final int target;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean cut;

    Wire(int target) {
        this.target = target;
        try {
            entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return entry.getLocalPort();
    }

    /** Closes all connections and accepts no more. */
    void cut() {
        cut = true;
        ends.forEach(Wire::end);
    }

    void reconnect() {
        cut = false;
    }

    /** Bytes that the API server has sent so far. */
    long received() {
        return received.get();
    }

    @Override
    public void close() {
        cut();
        try {
            entry.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!entry.isClosed()) {
            try {
                connect(entry.accept());
            } catch (IOException e) {
                // closed, or the API server is down: the client sees that its connection was closed
            }
        }
    }

    private void connect(Socket client) throws IOException {
        ends.add(client);
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            ends.add(server);
            if (cut) {
                end(server);
                end(client);
            }
            start(() -> pump(client, server, new AtomicLong()));
            start(() -> pump(server, client, received));
        } catch (IOException e) {
            end(client);
            throw e;
        }
    }

    private void pump(Socket from, Socket to, AtomicLong count) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                count.addAndGet(n);
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // cut
        }
        end(from);
        end(to);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "wire");
        thread.setDaemon(true);
        thread.start();
    }
}
