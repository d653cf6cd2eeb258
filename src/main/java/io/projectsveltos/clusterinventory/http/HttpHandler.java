package io.projectsveltos.clusterinventory.http;

/** Serves one path. */
@FunctionalInterface
public interface HttpHandler {

    /** Handles a GET or HEAD; the body of the response is left out for HEAD. */
    Response handle(Request request);

    /**
     * A GET or HEAD request.
     *
     * @param path without the query
     * @param query null without one
     * @param authorization the header of that name, null without one; contains a credential
     */
    record Request(String path, String query, String authorization) {

        @Override
        public String toString() {
            return path;
        }
    }

    /** A whole response, with its body as text. */
    record Response(int status, String contentType, String body) {

        /** A response of one line of plain text, such as an error message. */
        public static Response line(int status, String line) {
            return new Response(status, "text/plain; charset=utf-8", line + "\n");
        }
    }
}
