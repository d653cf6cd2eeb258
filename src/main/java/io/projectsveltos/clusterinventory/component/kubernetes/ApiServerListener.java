package io.projectsveltos.clusterinventory.component.kubernetes;

import java.time.Duration;

/**
 * Observes the outcome of each single request to the API server (get, list and writes, but not watches), for example to pause
 * all work while the server is unavailable. It is called on the thread that waits for the response and must not block. A
 * write that the {@link WriteFence} refused and an interrupted request say nothing about the server and are not reported.
 */
public interface ApiServerListener {

    /** The API server handled a request, whatever the response was. */
    void onAvailable();

    /**
     * The API server could not handle a request: 401, 429, 502, 503, 504 or no response.
     *
     * @param reason one line, such as {@code 429 too many requests} or {@code Connection refused}
     * @param retryAfter how long the server asks to wait, {@link Duration#ZERO} if it does not
     */
    void onUnavailable(String reason, Duration retryAfter);

    /**
     * A listener that does nothing.
     *
     * @return the listener
     */
    static ApiServerListener none() {
        return new ApiServerListener() {
            @Override
            public void onAvailable() {}

            @Override
            public void onUnavailable(String reason, Duration retryAfter) {}
        };
    }
}
