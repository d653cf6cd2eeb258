package io.projectsveltos.clusterinventory.http;

/** A client did not send an HTTP request that can be handled. The message goes to that client. */
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
