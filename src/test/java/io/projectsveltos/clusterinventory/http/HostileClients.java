package io.projectsveltos.clusterinventory.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps a number of connections to one port open, and replaces each that is closed. */
final class HostileClients implements AutoCloseable {

    private final HostileClient kind;
    private final int port;
    private final List<Socket> sockets = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "hostile-clients");
    private volatile boolean replacing = true;
    private final CountDownLatch closed = new CountDownLatch(1);

    HostileClients(HostileClient kind, int port, int count) throws IOException {
        this.kind = kind;
        this.port = port;
        for (int i = 0; i < count; i++) {
            sockets.add(kind.open(port));
        }
        thread.start();
    }

    /** Does not replace closed connections any more. */
    void stopReplacing() {
        replacing = false;
    }

    private void run() {
        try {
            while (!closed.await(100, TimeUnit.MILLISECONDS)) {
                for (int i = 0; i < sockets.size(); i++) {
                    if (!kind.goOn(sockets.get(i)) && replacing) {
                        sockets.get(i).close();
                        sockets.set(i, kind.open(port));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
