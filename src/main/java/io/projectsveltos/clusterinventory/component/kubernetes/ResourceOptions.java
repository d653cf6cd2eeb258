package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** Options in addition to those of Camel's own Kubernetes components. */
@UriParams
public class ResourceOptions {

    static final String DEFAULT_FIELD_MANAGER = "camel";

    @UriParam(label = "consumer")
    @Metadata(
            description = "Namespaces to watch or list, separated by commas. The whole cluster if neither this option"
                    + " nor namespace is set.")
    private String namespaces;

    @UriParam(label = "consumer")
    @Metadata(description = "Label selector of the objects to watch or list, in the syntax of the Kubernetes API.")
    private String labelSelector;

    @UriParam(label = "consumer")
    @Metadata(description = "Field selector of the objects to watch, in the syntax of the Kubernetes API.")
    private String fieldSelector;

    @UriParam(label = "consumer", defaultValue = "500")
    @Metadata(description = "Largest number of objects per page of a list.")
    private long pageSize = 500;

    @UriParam(label = "consumer", defaultValue = "false")
    @Metadata(
            description =
                    "Whether nothing depends on these objects. If true, a watch that fails does not make the readiness"
                            + " check fail.")
    private boolean optional;

    @UriParam(defaultValue = "false")
    @Metadata(
            description = "Request only metadata from the API server: bodies are PartialObjectMetadata, and the content"
                    + " of the objects is neither sent nor stored.")
    private boolean metadataOnly;

    @UriParam
    @Metadata(
            description =
                    "Class that objects are read as. The default is GenericKubernetesResource for custom resources"
                            + " and Secret for Secrets.")
    private Class<? extends HasMetadata> resourceClass;

    @UriParam
    @Metadata(
            description = "Store that a consumer keeps up to date, and in which the writes of a producer are visible"
                    + " immediately.")
    private InformerStore<?, ?> store;

    @UriParam(label = "producer", defaultValue = DEFAULT_FIELD_MANAGER)
    @Metadata(description = "The field manager of writes. The component's by default.")
    private String fieldManager = DEFAULT_FIELD_MANAGER;

    @UriParam(label = "producer", defaultValue = "true")
    @Metadata(
            description =
                    "Whether server-side apply takes over fields that other managers own. If false, the API server"
                            + " refuses such an apply with a conflict.")
    private boolean force = true;

    public String getNamespaces() {
        return namespaces;
    }

    public void setNamespaces(String namespaces) {
        this.namespaces = namespaces;
    }

    public String getLabelSelector() {
        return labelSelector;
    }

    public void setLabelSelector(String labelSelector) {
        this.labelSelector = labelSelector;
    }

    public String getFieldSelector() {
        return fieldSelector;
    }

    public void setFieldSelector(String fieldSelector) {
        this.fieldSelector = fieldSelector;
    }

    public long getPageSize() {
        return pageSize;
    }

    public void setPageSize(long pageSize) {
        this.pageSize = pageSize;
    }

    public boolean isOptional() {
        return optional;
    }

    public void setOptional(boolean optional) {
        this.optional = optional;
    }

    public boolean isMetadataOnly() {
        return metadataOnly;
    }

    public void setMetadataOnly(boolean metadataOnly) {
        this.metadataOnly = metadataOnly;
    }

    public Class<? extends HasMetadata> getResourceClass() {
        return resourceClass;
    }

    public void setResourceClass(Class<? extends HasMetadata> resourceClass) {
        this.resourceClass = resourceClass;
    }

    public InformerStore<?, ?> getStore() {
        return store;
    }

    public void setStore(InformerStore<?, ?> store) {
        this.store = store;
    }

    public String getFieldManager() {
        return fieldManager;
    }

    public void setFieldManager(String fieldManager) {
        this.fieldManager = fieldManager;
    }

    public boolean isForce() {
        return force;
    }

    public void setForce(boolean force) {
        this.force = force;
    }
}
