package io.projectsveltos.clusterinventory.http;

/** What is served under one path. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers a GET.
     *
     * @param request what was asked
     * @return the answer
     */
    Answer get(Request request);

    /**
     * What was asked.
     *
     * @param path the path, without the query
     * @param query the query, null without one
     * @param authorization the header of that name, null without one; holds a credential
     */
    record Request(String path, String query, String authorization) {

        @Override
        public String toString() {
            return path;
        }
    }

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param contentType the type of the body
     * @param body the body
     */
    record Answer(int status, String contentType, String body) {

        /**
         * An answer of one line.
         *
         * @param status the HTTP status
         * @param line what is wrong
         * @return the answer
         */
        public static Answer line(int status, String line) {
            return new Answer(status, "text/plain; charset=utf-8", line + "\n");
        }
    }
}
