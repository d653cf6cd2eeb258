package io.projectsveltos.clusterinventory.component.kubernetes;

import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;

/**
 * An answer of the API server that is not a success, or none. The message is the API server's own, with the verb and the
 * object in front; it never holds the body of a request.
 */
public class KubernetesApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What says nothing of the request: who sends it is not known (yet, or any more), or nobody had time for it. */
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

    private KubernetesApiException(ErrorAnswer answer, String message) {
        super(message);
        this.code = answer.code();
        this.reason = answer.reason();
        this.unavailable = UNAVAILABLE.contains(code);
        this.namespaceTerminating = answer.isNamespaceTerminating();
        this.retryAfter = answer.retryAfter();
    }

    /** For what is not the server's answer: a request that was not sent or not waited for, an answer that makes no sense. */
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

    static KubernetesApiException of(ErrorAnswer answer, String subject) {
        String message = subject + ": " + answer.reason();
        if (answer.isAboutAnotherObject()) {
            return new ConflictException(message);
        }
        KubernetesApiException byCode = of(answer.code(), message);
        return byCode.getClass() != KubernetesApiException.class ? byCode : new KubernetesApiException(answer, message);
    }

    static KubernetesApiException unanswered(String subject, String why, Throwable cause) {
        return new KubernetesApiException(subject + ": " + why, why, cause, true);
    }

    /** The cause may quote the answer, which may hold anything; what is said of it must not. */
    static KubernetesApiException unreadable(String subject, String what, Throwable cause) {
        String reason = "unreadable answer: " + what;
        return new KubernetesApiException(subject + ": " + reason, reason, cause, false);
    }

    /**
     * Why a request got no answer: of a host that cannot be resolved, Java's message is only sometimes more than its name.
     *
     * @param failure what the connection ended with
     * @return one line
     */
    public static String connectionFailure(Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "unknown host " + failure.getMessage().split(":")[0];
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** The message without what was asked. */
    String reason() {
        return reason;
    }

    /**
     * The HTTP status code.
     *
     * @return the code, or 0 when there was no answer at all
     */
    public int code() {
        return code;
    }

    /**
     * How long the API server asks to wait before the next request, in its {@code Retry-After} header or its
     * {@code Status}.
     *
     * @return at most five minutes; zero when it does not say
     */
    public Duration retryAfter() {
        return retryAfter;
    }

    /**
     * Whether the API server could not deal with the request: 401, 429, 502, 503, 504 or no answer. The same request may
     * succeed later, and any other would fail now.
     *
     * @return false for every other answer, for what the {@link WriteFence} refused and for what was interrupted
     */
    public boolean isUnavailable() {
        return unavailable;
    }

    /**
     * Whether an object was refused because its namespace is being deleted: it goes with it, and nobody can change that.
     *
     * @return true for a 403 with the cause {@code NamespaceTerminating}
     */
    public boolean isNamespaceTerminating() {
        return namespaceTerminating;
    }

    /**
     * Whether the API server has judged the request and does not accept it: by validation (400, 422), or by a right, a quota
     * or an admission policy (403). Retrying alone does not help.
     *
     * @return false for a namespace that is being deleted too
     */
    public boolean isRefusal() {
        return code == 400 || code == 403 && !namespaceTerminating || code == 422;
    }
}
