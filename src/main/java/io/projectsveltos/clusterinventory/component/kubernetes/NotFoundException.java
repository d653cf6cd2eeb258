package io.projectsveltos.clusterinventory.component.kubernetes;

/** 404: the object, its namespace or its resource type does not exist. */
public final class NotFoundException extends KubernetesApiException {

    private static final long serialVersionUID = 1L;

    NotFoundException(String message) {
        super(404, message);
    }
}
