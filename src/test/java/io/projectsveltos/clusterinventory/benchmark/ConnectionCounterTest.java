package io.projectsveltos.clusterinventory.benchmark;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ConnectionCounterTest {

    private static final int BACKLOG = 10;

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void countsOpenAndClosedConnectionsButNotThoseFromBefore() throws IOException {
        try (Socket before = connect();
                ConnectionCounter counter = new ConnectionCounter(server.getLocalPort(), List.of())) {
            assertEquals(0, counter.count());
            connect().close();
            try (Socket open = connect()) {
                await().until(() -> counter.count() == 2);
                open.getOutputStream().write(before.getLocalPort());
            }

            assertEquals(2, counter.count());
        }
    }

    @Test
    void leavesOutExcludedProcesses() throws IOException {
        long self = ProcessHandle.current().pid();
        try (ConnectionCounter all = new ConnectionCounter(server.getLocalPort(), List.of());
                ConnectionCounter others = new ConnectionCounter(server.getLocalPort(), List.of(self));
                Socket open = connect()) {
            await().until(() -> all.count() == 1);

            assertEquals(0, others.count(), () -> "port " + open.getLocalPort());
        }
    }

    private Socket connect() throws IOException {
        return new Socket(server.getInetAddress(), server.getLocalPort());
    }
}
