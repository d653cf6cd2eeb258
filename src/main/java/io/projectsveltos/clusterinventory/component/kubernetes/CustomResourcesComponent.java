package io.projectsveltos.clusterinventory.component.kubernetes;

import org.apache.camel.component.kubernetes.KubernetesConfiguration;
import org.apache.camel.component.kubernetes.customresources.KubernetesCustomResourcesComponent;
import org.apache.camel.component.kubernetes.customresources.KubernetesCustomResourcesEndpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;

/**
 * Camel's {@code kubernetes-custom-resources} with a consumer that recovers from every failure of a watch and a producer that
 * reports every refusal of the API server. It has the scheme of Camel's own component, so that routes look as in Camel's
 * documentation and will not change if Camel adopts the same behaviour.
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
     * Sets the listener for the responses to the requests of producers. By default there is none.
     *
     * @param apiServerListener the listener; set it before the first endpoint is used
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
