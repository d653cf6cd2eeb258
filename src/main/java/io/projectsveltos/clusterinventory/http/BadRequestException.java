package io.projectsveltos.clusterinventory.http;

/** What a client sent is not a request that can be answered. The message is for that client. */
final class BadRequestException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
