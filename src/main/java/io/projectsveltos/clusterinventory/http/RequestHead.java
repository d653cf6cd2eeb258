package io.projectsveltos.clusterinventory.http;

import io.projectsveltos.clusterinventory.http.HttpHandler.Request;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request line and its headers (RFC 9112), as far as handlers need them. A body is not read: no handler takes one.
 *
 * @param request what the handler receives
 */
record RequestHead(String method, Request request) {

    /** Room for the largest tokens; RFC 9112 recommends 8,000 for the request line alone. */
    static final int MAX_BYTES = 16 * 1024;

    private static final Pattern REQUEST_LINE = Pattern.compile("([A-Za-z]+) (\\S+) HTTP/1\\.[01]");

    boolean isHead() {
        return method.equals("HEAD");
    }

    boolean isGetOrHead() {
        return isHead() || method.equals("GET");
    }

    /**
     * @throws BadRequestException when it is not HTTP/1, or too long
     * @throws IOException when the connection is closed before the end of the head
     */
    static RequestHead read(InputStream in) throws BadRequestException, IOException {
        Lines lines = new Lines(new BufferedInputStream(in));
        Matcher first = REQUEST_LINE.matcher(lines.next());
        if (!first.matches()) {
            throw new BadRequestException(400, "expected an HTTP/1.1 request");
        }
        String authorization = null;
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new BadRequestException(400, "expected headers");
            }
            if (authorization == null && line.substring(0, colon).equalsIgnoreCase("Authorization")) {
                authorization = line.substring(colon + 1).strip();
            }
        }
        URI target = target(first.group(2));
        return new RequestHead(first.group(1), new Request(target.getPath(), target.getQuery(), authorization));
    }

    /** A path, or the absolute URL that a client sends to a proxy. */
    private static URI target(String text) throws BadRequestException {
        try {
            URI target = new URI(text);
            if (target.getPath() != null) {
                return target;
            }
        } catch (URISyntaxException e) {
            // same response as without a path
        }
        throw new BadRequestException(400, "expected a path");
    }

    private static final class Lines {

        private final InputStream in;
        private int left = MAX_BYTES;

        Lines(InputStream in) {
            this.in = in;
        }

        String next() throws BadRequestException, IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException();
                }
                if (--left < 0) {
                    throw new BadRequestException(431, "the headers are longer than " + MAX_BYTES + " bytes");
                }
                line.append((char) next);
            }
            int end = line.length() - 1;
            if (end >= 0 && line.charAt(end) == '\r') {
                line.setLength(end);
            }
            return line.toString();
        }
    }
}
