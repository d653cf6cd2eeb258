package io.projectsveltos.clusterinventory.component.kubernetes;

import org.apache.camel.component.kubernetes.KubernetesConfiguration;
import org.apache.camel.component.kubernetes.customresources.KubernetesCustomResourcesComponent;
import org.apache.camel.component.kubernetes.customresources.KubernetesCustomResourcesEndpoint;
import org.apache.camel.spi.annotations.Component;

/**
 * Camel's {@code kubernetes-custom-resources} with a consumer that survives what a watch meets in a cluster, and a
 * producer that reports what the API server refuses. It is bound under the stock scheme, so that routes read as in the
 * Camel documentation and stay when upstream does the same.
 */
@Component("kubernetes-custom-resources")
public class CustomResourcesComponent extends KubernetesCustomResourcesComponent {

    private ApiServerListener apiServerListener = ApiServerListener.none();

    @Override
    protected KubernetesCustomResourcesEndpoint doCreateEndpoint(
            String uri, String remaining, KubernetesConfiguration configuration) {
        return new CustomResourcesEndpoint(uri, this, configuration);
    }

    public ApiServerListener getApiServerListener() {
        return apiServerListener;
    }

    /**
     * Sets who hears of what the API server answers to the requests of producers; nobody by default.
     *
     * @param apiServerListener the listener, set before the first endpoint is used
     */
    public void setApiServerListener(ApiServerListener apiServerListener) {
        this.apiServerListener = apiServerListener;
    }
}
