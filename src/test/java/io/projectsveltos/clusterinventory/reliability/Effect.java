package io.projectsveltos.clusterinventory.reliability;

import java.io.IOException;
import java.time.Duration;

/** What happens to a request that a fault was chosen for. */
@FunctionalInterface
interface Effect {

    /**
     * Handles the request.
     *
     * @return whether the connection can carry another request
     * @throws IOException if the connection has to end
     */
    boolean apply(ProxiedConnection connection, MessageHead request) throws IOException;

    /** The API server answers. */
    static Effect passOn() {
        return (connection, request) -> connection.passOn(request, Damage.NONE);
    }

    /**
     * The proxy answers; the API server does not see the request.
     *
     * @param reason such as TooManyRequests
     * @param headers lines such as {@code Retry-After: 1}
     */
    static Effect answer(int code, String reason, String... headers) {
        return (connection, request) -> connection.answer(request, code, reason, headers);
    }

    /** There is never an answer, and the API server does not see the request. */
    static Effect swallow() {
        return (connection, request) -> connection.swallow();
    }

    /** The API server does what the request asks for, but there is never an answer. */
    static Effect loseAnswer() {
        return (connection, request) -> connection.loseAnswer(request);
    }

    /** The connection ends after so many bytes of the API server's answer. */
    static Effect cut(int bytes) {
        return (connection, request) -> connection.passOn(request, Damage.cut(bytes));
    }

    /** The API server's answer arrives slowly. */
    static Effect slow(int bytesPerSecond) {
        return (connection, request) ->
                connection.passOn(request, Damage.slow(Math.max(1, bytesPerSecond / 10), connection::pause));
    }

    /** The content of the API server's answer is damaged; of a watch, each of its events. */
    static Effect garble() {
        return (connection, request) -> connection.passOn(request, Damage.garble(connection.random()));
    }

    /** The API server sees the request later. */
    static Effect delay(Duration latency) {
        return (connection, request) -> {
            connection.pause((int) latency.toMillis());
            return connection.passOn(request, Damage.NONE);
        };
    }
}
