package io.projectsveltos.clusterinventory.http;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen, in the form that flags of controller-runtime have.
 *
 * @param setting the setting it is from, for messages
 * @param socket the address
 */
public record ListenAddress(String setting, InetSocketAddress socket) {

    private static final int MAX_PORT = 65_535;
    /** As Go splits them: a host with colons, which is an IPv6 address, stands in brackets. */
    private static final Pattern HOST_AND_PORT = Pattern.compile("([^:]*|\\[[^\\]]+]):(\\d{1,5})");

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
        Matcher parts = HOST_AND_PORT.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > MAX_PORT) {
            throw new IllegalArgumentException(
                    setting + " is " + text + ", expected host:port, :port, or 0 to listen nowhere");
        }
        String host = parts.group(1);
        int port = Integer.parseInt(parts.group(2));
        return new ListenAddress(
                setting, host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port));
    }

    @Override
    public String toString() {
        return setting + " " + socket;
    }
}
