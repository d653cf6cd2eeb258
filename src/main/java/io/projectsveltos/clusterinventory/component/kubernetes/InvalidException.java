package io.projectsveltos.clusterinventory.component.kubernetes;

/** 422: refused by validation, a CEL rule or immutability. Retrying the same request does not help. */
public final class InvalidException extends KubernetesApiException {

    private static final long serialVersionUID = 1L;

    InvalidException(String message) {
        super(422, message);
    }
}
