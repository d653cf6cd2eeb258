package io.projectsveltos.clusterinventory.component.kubernetes;

import org.apache.camel.component.kubernetes.KubernetesConfiguration;
import org.apache.camel.component.kubernetes.customresources.KubernetesCustomResourcesComponent;
import org.apache.camel.component.kubernetes.customresources.KubernetesCustomResourcesEndpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;

/**
 * Camel's {@code kubernetes-custom-resources} with a consumer that survives what a watch meets in a cluster, and a
 * producer that reports what the API server refuses. It is bound under the stock scheme, so that routes read as in the
 * Camel documentation and stay when upstream does the same.
 */
@Component("kubernetes-custom-resources")
public class CustomResourcesComponent extends KubernetesCustomResourcesComponent {

    private ApiServerListener apiServerListener = ApiServerListener.none();

    @Metadata(
            label = "producer",
            defaultValue = ResourceOptions.DEFAULT_FIELD_MANAGER,
            description = "The field manager of writes, where an endpoint does not set its own.")
    private String fieldManager = ResourceOptions.DEFAULT_FIELD_MANAGER;

    @Override
    protected KubernetesCustomResourcesEndpoint doCreateEndpoint(
            String uri, String remaining, KubernetesConfiguration configuration) {
        CustomResourcesEndpoint endpoint = new CustomResourcesEndpoint(uri, this, configuration);
        endpoint.getResourceOptions().setFieldManager(fieldManager);
        return endpoint;
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

    public String getFieldManager() {
        return fieldManager;
    }

    public void setFieldManager(String fieldManager) {
        this.fieldManager = fieldManager;
    }
}
