package io.projectsveltos.clusterinventory.component.kubernetes;

import java.net.UnknownHostException;

/**
 * An answer of the API server that is no success. The message is the API server's own, with the verb and the object in
 * front; it never holds the body of a request.
 */
public class KubernetesApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;

    KubernetesApiException(int code, String message) {
        super(message);
        this.code = code;
    }

    KubernetesApiException(String message, Throwable cause) {
        super(message, cause);
        this.code = 0;
    }

    static KubernetesApiException of(int code, String message) {
        return switch (code) {
            case 404 -> new NotFoundException(message);
            case 409 -> new ConflictException(message);
            case 422 -> new InvalidException(message);
            default -> new KubernetesApiException(code, message);
        };
    }

    /** Why a request got no answer: of a host that cannot be resolved, Java's message is only sometimes more than its name. */
    static String whyUnanswered(Throwable failure) {
        return failure instanceof UnknownHostException
                ? "unknown host " + failure.getMessage().split(":")[0]
                : failure.getMessage();
    }

    /**
     * The HTTP status code.
     *
     * @return the code, or 0 when there was no answer at all
     */
    public int code() {
        return code;
    }
}
