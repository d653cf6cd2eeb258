package io.projectsveltos.clusterinventory.reliability;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first line and the headers of an HTTP/1.1 request or answer.
 *
 * @param firstLine such as {@code GET /api HTTP/1.1} or {@code HTTP/1.1 200 OK}
 * @param headers by lower-case name; of several with one name, the last
 * @param bytes as it was received, with the empty line at its end
 */
record MessageHead(String firstLine, Map<String, String> headers, byte[] bytes) {

    private static final int LIMIT = 65_536;

    /**
     * Reads a head, byte by byte: the stream has to be buffered.
     *
     * @throws EOFException if the connection has ended
     */
    static MessageHead read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String firstLine = line(in, bytes);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in, bytes); !line.isEmpty(); line = line(in, bytes)) {
            String[] header = line.split(":", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), header[header.length - 1].strip());
        }
        return new MessageHead(firstLine, headers, bytes.toByteArray());
    }

    /** Reads a line and keeps its bytes, with the line's end. */
    static String line(InputStream in, ByteArrayOutputStream bytes) throws IOException {
        int start = bytes.size();
        int next = 0;
        while (next != '\n') {
            next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            bytes.write(next);
            if (bytes.size() > LIMIT) {
                throw new IOException("A head of more than " + LIMIT + " bytes");
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1).substring(start).strip();
    }

    String method() {
        return firstLine.split(" ")[0];
    }

    /** The path of a request, without the query. */
    String path() {
        return target().split("\\?", 2)[0];
    }

    private String target() {
        return firstLine.split(" ")[1];
    }

    boolean isWatch() {
        return target().matches(".*[?&]watch=(true|1)(&.*)?");
    }

    boolean isWrite() {
        return !method().equals("GET");
    }

    /** The bearer token of a request, empty if there is none. */
    String token() {
        return headers.getOrDefault("authorization", "").replaceFirst("(?i)^bearer ", "");
    }

    int status() {
        return Integer.parseInt(firstLine.split(" ")[1]);
    }

    boolean isUpgraded() {
        return status() == 101;
    }

    boolean isLast() {
        return "close".equalsIgnoreCase(headers.get("connection"));
    }
}
