package io.projectsveltos.clusterinventory.http;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen, in the form of controller-runtime's flags.
 *
 * @param setting the name of its setting, for messages
 */
public record ListenAddress(String setting, InetSocketAddress socket) {

    private static final int MAX_PORT = 65_535;

    /** As Go's {@code net.SplitHostPort}: a host with colons, which is an IPv6 address, is in brackets. */
    private static final Pattern HOST_AND_PORT = Pattern.compile("([^:]*|\\[[^\\]]+]):(\\d{1,5})");

    /**
     * Parses {@code :port} for all interfaces, {@code host:port} or {@code [ipv6]:port}.
     *
     * @param setting the name of the setting
     * @param text the value of the setting
     * @return null for {@code 0} and for the empty text, which both mean not to listen
     * @throws IllegalArgumentException for any other text
     */
    public static ListenAddress parse(String setting, String text) {
        if (text.isEmpty() || text.equals("0")) {
            return null;
        }
        Matcher parts = HOST_AND_PORT.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > MAX_PORT) {
            throw new IllegalArgumentException(
                    setting + " is " + text + ", expected host:port, :port, or 0 to not listen");
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
