package io.projectsveltos.clusterinventory.component.kubernetes;

import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;

/**
 * A request to the API server that failed, with or without a response. The message has the verb, the object and the API
 * server's own message; it never contains the body of a request.
 */
public class KubernetesApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Not caused by the request: the token is not valid (yet, or any more), or the server is overloaded or not reachable. */
    private static final Set<Integer> UNAVAILABLE = Set.of(401, 429, 502, 503, 504);

    private final int code;
    private final String reason;
    private final boolean unavailable;
    private final boolean namespaceTerminating;
    private final Duration retryAfter;

    KubernetesApiException(int code, String message) {
        super(message);
        this.code = code;
        this.reason = message;
        this.unavailable = UNAVAILABLE.contains(code);
        this.namespaceTerminating = false;
        this.retryAfter = Duration.ZERO;
    }

    private KubernetesApiException(ErrorResponse response, String message) {
        super(message);
        this.code = response.code();
        this.reason = response.reason();
        this.unavailable = UNAVAILABLE.contains(code);
        this.namespaceTerminating = response.isNamespaceTerminating();
        this.retryAfter = response.retryAfter();
    }

    /** For failures without a response: a request that was not sent or was interrupted. */
    KubernetesApiException(String message, Throwable cause) {
        this(message, message, cause, false);
    }

    private KubernetesApiException(String message, String reason, Throwable cause, boolean unavailable) {
        super(message, cause);
        this.code = 0;
        this.reason = reason;
        this.unavailable = unavailable;
        this.namespaceTerminating = false;
        this.retryAfter = Duration.ZERO;
    }

    static KubernetesApiException of(int code, String message) {
        return switch (code) {
            case 404 -> new NotFoundException(message);
            case 409 -> new ConflictException(message);
            case 422 -> new InvalidException(message);
            default -> new KubernetesApiException(code, message);
        };
    }

    static KubernetesApiException of(ErrorResponse response, String subject) {
        String message = subject + ": " + response.reason();
        if (response.isUidMismatch()) {
            return new ConflictException(message);
        }
        KubernetesApiException byCode = of(response.code(), message);
        return byCode.getClass() != KubernetesApiException.class
                ? byCode
                : new KubernetesApiException(response, message);
    }

    static KubernetesApiException noResponse(String subject, String reason, Throwable cause) {
        return new KubernetesApiException(subject + ": " + reason, reason, cause, true);
    }

    /** The cause may quote the response, which may contain secrets; the message must not. */
    static KubernetesApiException unreadable(String subject, String problem, Throwable cause) {
        String reason = "unreadable response: " + problem;
        return new KubernetesApiException(subject + ": " + reason, reason, cause, false);
    }

    /**
     * Describes why a request had no response. The message of Java's exception is not always enough: for an unknown host it
     * may be only the name.
     *
     * @param failure the exception of the connection
     * @return one line
     */
    public static String connectionFailure(Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "unknown host " + failure.getMessage().split(":")[0];
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** The message without the verb and the object. */
    String reason() {
        return reason;
    }

    /**
     * The HTTP status code.
     *
     * @return the code, or 0 if there was no response
     */
    public int code() {
        return code;
    }

    /**
     * How long the API server asks to wait before the next request, in its {@code Retry-After} header or its
     * {@code Status}.
     *
     * @return at most five minutes; zero if it does not ask for a delay
     */
    public Duration retryAfter() {
        return retryAfter;
    }

    /**
     * Whether the API server could not handle the request: 401, 429, 502, 503, 504 or no response. The same request may
     * succeed later, and any other request would fail now.
     *
     * @return false for every other response, for a write that the {@link WriteFence} refused and for an interrupted request
     */
    public boolean isUnavailable() {
        return unavailable;
    }

    /**
     * Whether the request was refused because its namespace is being deleted, which nobody can undo.
     *
     * @return true for a 403 with the cause {@code NamespaceTerminating}
     */
    public boolean isNamespaceTerminating() {
        return namespaceTerminating;
    }

    /**
     * Whether the API server refused the request itself: validation (400, 422, or a value of a wrong type), or a missing
     * permission, a quota or an admission policy (403), or an admission webhook that does not work (500). A retry alone
     * does not help.
     *
     * @return true for a refusal; false if the namespace is being deleted
     */
    public boolean isRefusal() {
        return code == 400
                || code == 403 && !namespaceTerminating
                || code == 422
                || isTypeRefused()
                || isWebhookFailed();
    }

    /** A value of another type than that of the CRD's field: server-side apply answers 500, as if it had failed itself. */
    private boolean isTypeRefused() {
        return code == 500 && reason.contains("failed to create typed patch object");
    }

    /** A webhook that cannot be called, or answers too late, refuses by its failurePolicy: 500 as well. */
    private boolean isWebhookFailed() {
        return code == 500 && reason.contains("failed calling webhook");
    }
}
