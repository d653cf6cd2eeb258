package io.projectsveltos.clusterinventory.component.kubernetes;

import org.apache.camel.component.kubernetes.KubernetesConfiguration;
import org.apache.camel.component.kubernetes.secrets.KubernetesSecretsComponent;
import org.apache.camel.component.kubernetes.secrets.KubernetesSecretsEndpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;

/** Camel's {@code kubernetes-secrets} with the consumer it lacks and the producer of {@link CustomResourcesComponent}. */
@Component("kubernetes-secrets")
public class SecretsComponent extends KubernetesSecretsComponent {

    private ApiServerListener apiServerListener = ApiServerListener.none();

    @Metadata(
            label = "producer",
            defaultValue = ResourceOptions.DEFAULT_FIELD_MANAGER,
            description = "The field manager of writes, where an endpoint does not set its own.")
    private String fieldManager = ResourceOptions.DEFAULT_FIELD_MANAGER;

    @Override
    protected KubernetesSecretsEndpoint doCreateEndpoint(
            String uri, String remaining, KubernetesConfiguration configuration) {
        SecretsEndpoint endpoint = new SecretsEndpoint(uri, this, configuration);
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
