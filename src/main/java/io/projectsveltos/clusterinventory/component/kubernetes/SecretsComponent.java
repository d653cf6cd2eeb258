package io.projectsveltos.clusterinventory.component.kubernetes;

import org.apache.camel.component.kubernetes.KubernetesConfiguration;
import org.apache.camel.component.kubernetes.secrets.KubernetesSecretsComponent;
import org.apache.camel.component.kubernetes.secrets.KubernetesSecretsEndpoint;
import org.apache.camel.spi.annotations.Component;

/** Camel's {@code kubernetes-secrets} with the consumer it lacks, and a producer as {@link CustomResourcesComponent}'s. */
@Component("kubernetes-secrets")
public class SecretsComponent extends KubernetesSecretsComponent {

    @Override
    protected KubernetesSecretsEndpoint doCreateEndpoint(
            String uri, String remaining, KubernetesConfiguration configuration) {
        return new SecretsEndpoint(uri, this, configuration);
    }
}
