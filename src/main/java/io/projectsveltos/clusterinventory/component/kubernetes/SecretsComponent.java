package io.projectsveltos.clusterinventory.component.kubernetes;

import org.apache.camel.component.kubernetes.KubernetesConfiguration;
import org.apache.camel.component.kubernetes.secrets.KubernetesSecretsComponent;
import org.apache.camel.component.kubernetes.secrets.KubernetesSecretsEndpoint;
import org.apache.camel.spi.annotations.Component;

/** Camel's {@code kubernetes-secrets} with the consumer it lacks, and a producer as {@link CustomResourcesComponent}'s. */
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
     * Sets who hears of what the API server answers to the requests of producers; nobody by default.
     *
     * @param apiServerListener the listener, set before the first endpoint is used
     */
    public void setApiServerListener(ApiServerListener apiServerListener) {
        this.apiServerListener = apiServerListener;
    }
}
