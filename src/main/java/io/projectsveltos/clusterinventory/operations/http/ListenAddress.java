package io.projectsveltos.clusterinventory.operations.http;

import java.net.InetSocketAddress;

/**
 * Where to listen, in the form that flags of controller-runtime have.
 *
 * @param setting the setting it is from, for messages
 * @param socket the address
 */
public record ListenAddress(String setting, InetSocketAddress socket) {

    private static final int LARGEST_PORT = 65_535;

    /**
     * Reads an address: {@code :port} for all interfaces, {@code host:port}, {@code [ipv6]:port}.
     *
     * @param setting the name of the setting
     * @param text its value
     * @return the address; null for {@code 0} and for nothing, which both mean not to listen
     * @throws IllegalArgumentException when it is no address
     */
    public static ListenAddress parse(String setting, String text) {
        if (text.isEmpty() || text.equals("0")) {
            return null;
        }
        int colon = text.lastIndexOf(':');
        int port = colon < 0 ? -1 : port(text.substring(colon + 1));
        if (port < 0) {
            throw new IllegalArgumentException(
                    setting + " is " + text + ", expected host:port, :port, or 0 to listen nowhere");
        }
        String host = text.substring(0, colon);
        return new ListenAddress(
                setting, host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port <= LARGEST_PORT ? port : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public String toString() {
        return setting + " " + socket;
    }
}
