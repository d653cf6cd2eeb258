package io.projectsveltos.clusterinventory.component.kubernetes;

/** 409: a stale resourceVersion, another UID, or an object that already exists. Read the object again and retry. */
public final class ConflictException extends KubernetesApiException {

    private static final long serialVersionUID = 1L;

    ConflictException(String message) {
        super(409, message);
    }
}
