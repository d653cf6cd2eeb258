package io.projectsveltos.clusterinventory.credential.golang;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL as Go's {@code net/url.Parse} reads it, as far as client-go depends on it. {@link java.net.URI} refuses what Go
 * accepts, such as a space in a path, and accepts what Go refuses, such as a port that is a word.
 *
 * @param scheme in lower case, or empty
 * @param host with its port, or empty
 * @param path the path, as written
 */
public record GoUrl(String scheme, String host, String path) {

    private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*):(.*)", Pattern.DOTALL);
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");
    private static final Pattern OPTIONAL_PORT = Pattern.compile("(:[0-9]*)?");

    /**
     * The characters of a host; non-ASCII ones literally or escaped. Possessive, because an alternation in a backtracking
     * loop recurses for each character.
     */
    private static final Pattern HOST =
            Pattern.compile("(?:[a-zA-Z0-9._~!$&'()*+,;=:<>\"\\[\\]-]|[^\\x00-\\x7f]|%25|%[89a-fA-F][0-9a-fA-F])*+");

    private static final Pattern USER = Pattern.compile("[a-zA-Z0-9._:~!$&'()*+,;=%@-]*");
    private static final Pattern LITERAL = Pattern.compile("\\[(.*)]([^\\]]*)");
    private static final Pattern IPV6 = Pattern.compile("([0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(%25.+)?");

    /**
     * Where a client connects to according to client-go's {@code DefaultServerURL} (rest/url_utils.go): a URL, or a host
     * without a scheme, which means HTTP.
     *
     * @param server a cluster's {@code server}
     * @return empty where client-go rejects it
     */
    public static Optional<GoUrl> ofServer(String server) {
        Optional<GoUrl> url = parse(server).filter(parsed -> !parsed.scheme.isEmpty() && !parsed.host.isEmpty());
        return url.isPresent()
                ? url
                : parse("http://" + server).filter(parsed -> parsed.path.isEmpty() || parsed.path.equals("/"));
    }

    /**
     * A proxy according to client-go's {@code parseProxyURL}.
     *
     * @param proxy a cluster's {@code proxy-url}
     * @return empty where client-go rejects it
     */
    public static Optional<GoUrl> ofProxy(String proxy) {
        return parse(proxy)
                .filter(url -> url.scheme.equals("http") || url.scheme.equals("https") || url.scheme.equals("socks5"));
    }

    static Optional<GoUrl> parse(String url) {
        int fragment = url.indexOf('#');
        if (fragment >= 0 && BAD_ESCAPE.matcher(url.substring(fragment)).find()) {
            return Optional.empty();
        }
        String text = fragment < 0 ? url : url.substring(0, fragment);
        if (CONTROL.matcher(text).find() || text.startsWith(":")) {
            return Optional.empty();
        }
        Matcher matcher = SCHEME.matcher(text);
        String scheme = matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
        String rest = matcher.matches() ? matcher.group(2) : text;
        int query = rest.indexOf('?');
        return parse(scheme, query < 0 ? rest : rest.substring(0, query));
    }

    private static Optional<GoUrl> parse(String scheme, String rest) {
        if (!rest.startsWith("/")) {
            // opaque after a scheme; without one, a colon would look like the end of a scheme
            return scheme.isEmpty() && rest.split("/", 2)[0].contains(":")
                    ? Optional.empty()
                    : withPath(scheme, "", scheme.isEmpty() ? rest : "");
        }
        if (!rest.startsWith("//") || scheme.isEmpty() && rest.startsWith("///")) {
            return withPath(scheme, "", rest);
        }
        String authority = rest.substring(2).split("/", 2)[0];
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        String user = authority.substring(0, authority.length() - host.length());
        boolean isValid = USER.matcher(user).matches()
                && !BAD_ESCAPE.matcher(user).find()
                && isHost(host, scheme.equals("http") || scheme.equals("https"));
        return isValid ? withPath(scheme, host, rest.substring(2 + authority.length())) : Optional.empty();
    }

    private static Optional<GoUrl> withPath(String scheme, String host, String path) {
        return BAD_ESCAPE.matcher(path).find() ? Optional.empty() : Optional.of(new GoUrl(scheme, host, path));
    }

    private static boolean isHost(String host, boolean isHttp) {
        if (host.contains("[")) {
            Matcher literal = LITERAL.matcher(host);
            return literal.matches()
                    && isIpv6(literal.group(1))
                    && OPTIONAL_PORT.matcher(literal.group(2)).matches();
        }
        int colon = isHttp ? host.indexOf(':') : host.lastIndexOf(':');
        boolean isPort =
                colon < 0 || OPTIONAL_PORT.matcher(host.substring(colon)).matches();
        return isPort && HOST.matcher(host).matches();
    }

    private static boolean isIpv6(String literal) {
        Matcher matcher = IPV6.matcher(literal);
        if (!matcher.matches()) {
            return false;
        }
        try {
            // an address with a colon is never looked up in the DNS
            InetAddress.getByName(matcher.group(1));
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
