package io.projectsveltos.clusterinventory.component.kubernetes;

import java.time.Duration;

/**
 * Hears of each answer of the API server to a single request (get, list and the writes, not the watches), so that somebody
 * who sees all of them can pause when the server cannot serve. Called on the thread that waits for the answer: it must not
 * wait itself. A write that the {@link WriteFence} refused and a request that was interrupted say nothing of the server and
 * are not reported.
 */
public interface ApiServerListener {

    /** The API server has dealt with a request, whatever its answer to it. */
    void answered();

    /**
     * The API server could not deal with a request: 401, 429, 502, 503, 504 or no answer.
     *
     * @param reason one line, such as {@code 429 too many requests} or {@code Connection refused}
     * @param retryAfter how long the server asks to wait, {@link Duration#ZERO} when it does not say
     */
    void unavailable(String reason, Duration retryAfter);

    /**
     * A listener for when nobody wants to know.
     *
     * @return a listener that does nothing
     */
    static ApiServerListener none() {
        return new ApiServerListener() {
            @Override
            public void answered() {}

            @Override
            public void unavailable(String reason, Duration retryAfter) {}
        };
    }
}
