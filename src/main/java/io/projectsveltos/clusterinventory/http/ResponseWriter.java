package io.projectsveltos.clusterinventory.http;

import io.projectsveltos.clusterinventory.http.HttpHandler.Response;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Writes the single response of a connection (RFC 9110, RFC 9112). */
record ResponseWriter(Socket client) {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            400, "Bad Request",
            401, "Unauthorized",
            403, "Forbidden",
            404, "Not Found",
            405, "Method Not Allowed",
            431, "Request Header Fields Too Large",
            500, "Internal Server Error",
            503, "Service Unavailable");

    /** The headers that RFC 9110 requires with a status. */
    private static final Map<Integer, String> RESPONSE_HEADERS =
            Map.of(401, "WWW-Authenticate: Bearer\r\n", 405, "Allow: GET, HEAD\r\n");

    void write(Response answer, boolean headOnly) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        OutputStream out = new BufferedOutputStream(client.getOutputStream());
        out.write(head(answer, body.length).getBytes(StandardCharsets.US_ASCII));
        if (!headOnly) {
            out.write(body);
        }
        out.flush();
        // closing with unread input would send a reset, which may overtake the response
        InputStream unread = client.getInputStream();
        unread.skip(unread.available());
    }

    private static String head(Response answer, int length) {
        int status = answer.status();
        return "HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "") + "\r\n"
                + "Date: " + DATE.format(Instant.now()) + "\r\n"
                + "Content-Type: " + answer.contentType() + "\r\n"
                + "Content-Length: " + length + "\r\n"
                + RESPONSE_HEADERS.getOrDefault(status, "")
                + "Connection: close\r\n\r\n";
    }
}
