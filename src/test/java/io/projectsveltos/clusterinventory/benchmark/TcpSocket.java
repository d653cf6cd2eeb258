package io.projectsveltos.clusterinventory.benchmark;

import java.util.List;
import java.util.stream.Stream;

/**
 * A line of {@code /proc/net/tcp} or {@code /proc/net/tcp6}: one end of a connection.
 *
 * @param inode by which a process has it open; 0 once no process has, as in TIME_WAIT
 */
record TcpSocket(int localPort, int remotePort, long inode) {

    static List<TcpSocket> parse(Stream<String> table) {
        return table.skip(1).map(TcpSocket::parseLine).toList();
    }

    private static TcpSocket parseLine(String line) {
        String[] fields = line.trim().split("\\s+");
        return new TcpSocket(port(fields[1]), port(fields[2]), Long.parseLong(fields[9]));
    }

    /** Addresses and ports are hexadecimal. */
    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
    }
}
