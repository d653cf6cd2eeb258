package io.projectsveltos.clusterinventory.credential.route;

import java.io.IOException;

/** A server sends more than a route may read. The name says it, because messages of exceptions are not reported. */
final class AnswerTooLongException extends IOException {

    private static final long serialVersionUID = 1L;

    AnswerTooLongException(int limit) {
        super("the answer has more than " + limit + " bytes");
    }
}
