package io.projectsveltos.clusterinventory.component.kubernetes;

import org.apache.camel.component.kubernetes.KubernetesConfiguration;
import org.apache.camel.component.kubernetes.secrets.KubernetesSecretsComponent;
import org.apache.camel.component.kubernetes.secrets.KubernetesSecretsEndpoint;
import org.apache.camel.spi.annotations.Component;

/** Camel's {@code kubernetes-secrets} with the consumer it lacks and the producer of {@link CustomResourcesComponent}. */
@Component("kubernetes-secrets")
public class SecretsComponent extends KubernetesSecretsComponent {

    private ApiServerListener apiServerListener = ApiServerListener.none();

    @Override
    protected KubernetesSecretsEndpoint doCreateEndpoint(
            String uri, String remaining, KubernetesConfiguration configuration) {
        return new SecretsEndpoint(uri, this, configuration);
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
}
