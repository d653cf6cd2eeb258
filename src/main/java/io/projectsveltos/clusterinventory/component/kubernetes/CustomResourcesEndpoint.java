package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.kubernetes.KubernetesConfiguration;
import org.apache.camel.component.kubernetes.KubernetesConstants;
import org.apache.camel.component.kubernetes.customresources.KubernetesCustomResourcesEndpoint;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Watch Kubernetes custom resources through an informer, and get, list, create, update, patch, server-side apply and
 * delete them. {@code crdVersion} may list several versions in order of preference: the first one that the API server serves
 * is used.
 */
@UriEndpoint(
        firstVersion = "3.7.0",
        scheme = KubernetesConstants.SCHEME_CUSTOM_RESOURCES,
        title = "Kubernetes Custom Resources",
        syntax = "kubernetes-custom-resources:masterUrl",
        category = {Category.CONTAINER, Category.CLOUD},
        headersClass = KubernetesConstants.class)
public class CustomResourcesEndpoint extends KubernetesCustomResourcesEndpoint {

    @UriParam
    private ResourceOptions resourceOptions = new ResourceOptions();

    public CustomResourcesEndpoint(
            String uri, CustomResourcesComponent component, KubernetesConfiguration configuration) {
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
        // without a type in the URI, headers name it: that is how the stock producer works
        return namesType() ? new ResourceProducer<>(this, resources(), "CustomResource", null) : super.createProducer();
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (!namesType()) {
            throw new IllegalArgumentException("Set crdGroup, crdVersion and crdPlural to watch a type, in " + this);
        }
        Consumer consumer =
                new InformerConsumer<>(this, processor, resources(), KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION);
        configureConsumer(consumer);
        return consumer;
    }

    /** Only for the component's own API server: a route may configure its endpoint with a client of another server. */
    private ApiServerListener apiServerListener() {
        CustomResourcesComponent component = (CustomResourcesComponent) getComponent();
        return getKubernetesClient() == component.getKubernetesClient()
                ? component.getApiServerListener()
                : ApiServerListener.none();
    }

    private ResourceContext<?> resources() {
        // the client exists once the endpoint is started, but Camel starts it only after it has created the consumer
        ServiceHelper.startService(this);
        KubernetesConfiguration configuration = getKubernetesConfiguration();
        List<ResourceType> types = Stream.of(configuration.getCrdVersion().split(","))
                .map(version ->
                        new ResourceType(configuration.getCrdGroup(), version.trim(), configuration.getCrdPlural()))
                .toList();
        return ResourceContext.of(
                getKubernetesClient(),
                types,
                GenericKubernetesResource.class,
                resourceOptions,
                configuration.getNamespace(),
                apiServerListener());
    }

    private boolean namesType() {
        KubernetesConfiguration configuration = getKubernetesConfiguration();
        return configuration.getCrdGroup() != null
                && configuration.getCrdVersion() != null
                && configuration.getCrdPlural() != null;
    }
}
