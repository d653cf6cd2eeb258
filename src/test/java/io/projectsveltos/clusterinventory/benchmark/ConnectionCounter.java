package io.projectsveltos.clusterinventory.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts the connections that a controller makes to the API server, which neither the audit log nor the server's metrics
 * do. It looks at the kernel's socket tables once a second and counts different client ports. A connection that is
 * closed stays in the tables for a minute (TIME_WAIT), so short ones are seen too; only one that is reset is missed if it
 * lived less than a second.
 *
 * <p>Connections that are there at the beginning do not count, nor do those of the processes that are excluded.
 */
final class ConnectionCounter implements AutoCloseable {

    private static final long INTERVAL_MILLIS = 1000;

    private final int serverPort;
    private final List<Long> excludedProcesses;
    private final Set<Integer> excludedPorts;
    private final Set<Integer> counted = new HashSet<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    /** Begins to count. */
    ConnectionCounter(int serverPort, List<Long> excludedProcesses) {
        this.serverPort = serverPort;
        this.excludedProcesses = excludedProcesses;
        this.excludedPorts = sockets().stream().map(this::clientPort).collect(Collectors.toSet());
        timer.scheduleAtFixedRate(this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** How many there were so far. */
    synchronized int count() {
        look();
        return counted.size();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private synchronized void look() {
        List<TcpSocket> unknown = sockets().stream()
                .filter(socket -> !excludedPorts.contains(clientPort(socket)) && !counted.contains(clientPort(socket)))
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        Set<Long> excludedInodes = excludedProcesses.stream()
                .flatMap(process -> openSockets(process).stream())
                .collect(Collectors.toSet());
        unknown.stream()
                .filter(socket -> isClientEnd(socket) && excludedInodes.contains(socket.inode()))
                .forEach(socket -> excludedPorts.add(clientPort(socket)));
        unknown.stream()
                .map(this::clientPort)
                .filter(port -> !excludedPorts.contains(port))
                .forEach(counted::add);
    }

    private boolean isClientEnd(TcpSocket socket) {
        return socket.remotePort() == serverPort;
    }

    private int clientPort(TcpSocket socket) {
        return isClientEnd(socket) ? socket.localPort() : socket.remotePort();
    }

    /** Both ends of the connections to the server; what listens is not a connection. */
    private List<TcpSocket> sockets() {
        List<TcpSocket> sockets = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                TcpSocket.parse(lines).stream()
                        .filter(socket -> socket.remotePort() != 0)
                        .filter(socket -> isClientEnd(socket) || socket.localPort() == serverPort)
                        .forEach(sockets::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sockets;
    }

    private static Set<Long> openSockets(long process) {
        Set<Long> inodes = new HashSet<>();
        try (Stream<Path> files = Files.list(Path.of("/proc", String.valueOf(process), "fd"))) {
            for (Path file : files.toList()) {
                socketInode(file).ifPresent(inodes::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inodes;
    }

    private static Optional<Long> socketInode(Path file) throws IOException {
        try {
            String target = Files.readSymbolicLink(file).toString();
            return target.startsWith("socket:[")
                    ? Optional.of(Long.valueOf(target.replaceAll("[^0-9]", "")))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            // closed since it was listed
            return Optional.empty();
        }
    }
}
