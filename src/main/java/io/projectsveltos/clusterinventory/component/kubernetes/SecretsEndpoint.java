package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.kubernetes.KubernetesConfiguration;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.apache.camel.component.kubernetes.secrets.KubernetesSecretsEndpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.service.ServiceHelper;

/** Watch Kubernetes Secrets, or only their metadata, through an informer, and get, patch, apply and delete them. */
@UriEndpoint(
        firstVersion = "2.17.0",
        scheme = KubernetesConstants.SCHEME_SECRETS,
        title = "Kubernetes Secrets",
        syntax = "kubernetes-secrets:masterUrl",
        category = {Category.CONTAINER, Category.CLOUD},
        headersClass = KubernetesConstants.class)
// consumer options of other resources, which Camel's documentation of this component does not list either
@Metadata(
        excludeProperties = "labelKey,labelValue,resourceName,poolSize,crdName,crdGroup,crdScope,crdVersion,crdPlural")
public class SecretsEndpoint extends KubernetesSecretsEndpoint {

    @UriParam
    private ResourceOptions resourceOptions = new ResourceOptions();

    public SecretsEndpoint(String uri, SecretsComponent component, KubernetesConfiguration configuration) {
        super(uri, component, configuration);
    }

    public ResourceOptions getResourceOptions() {
        return resourceOptions;
    }

    public void setResourceOptions(ResourceOptions resourceOptions) {
        this.resourceOptions = resourceOptions;
    }

    @Override
    public Producer createProducer() throws Exception {
        return new ResourceProducer<>(this, resources(), "Secret", super.createProducer());
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Consumer consumer =
                new InformerConsumer<>(this, processor, resources(), KubernetesConstants.KUBERNETES_EVENT_ACTION);
        configureConsumer(consumer);
        return consumer;
    }

    /** Only for the component's own API server: a route may configure its endpoint with a client of another server. */
    private ApiServerListener apiServerListener() {
        SecretsComponent component = (SecretsComponent) getComponent();
        return getKubernetesClient() == component.getKubernetesClient()
                ? component.getApiServerListener()
                : ApiServerListener.none();
    }

    private ResourceContext<?> resources() {
        // the client exists once the endpoint is started, but Camel starts it only after it has created the consumer
        ServiceHelper.startService(this);
        return ResourceContext.of(
                getKubernetesClient(),
                List.of(ResourceType.SECRETS),
                Secret.class,
                resourceOptions,
                getKubernetesConfiguration().getNamespace(),
                apiServerListener());
    }
}
