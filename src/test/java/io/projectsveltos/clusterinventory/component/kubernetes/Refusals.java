package io.projectsveltos.clusterinventory.component.kubernetes;

/** What the API server can answer instead of doing as it is told. */
public final class Refusals {

    private Refusals() {}

    public static KubernetesApiException of(int code, String message) {
        return KubernetesApiException.of(code, message);
    }
}
