package io.projectsveltos.clusterinventory.sveltos;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Version;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;

/**
 * The metadata of a SveltosCluster with what its status says about the connection. The spec and the rest of the status are
 * skipped while it is read.
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
@JsonIgnoreProperties(ignoreUnknown = true)
@Group("lib.projectsveltos.io")
@Version("v1beta1")
@Kind("SveltosCluster")
public final class SveltosCluster extends PartialObjectMetadata {

    private static final long serialVersionUID = 1L;

    private transient SveltosConnection connection = SveltosConnection.UNKNOWN;

    /**
     * Sveltos' connection to the cluster.
     *
     * @return what Sveltos reports, never null
     */
    public SveltosConnection connection() {
        return connection;
    }

    @JsonSetter("status")
    @JsonDeserialize(using = SveltosConnection.Reader.class)
    private void setConnection(SveltosConnection connection) {
        this.connection = connection;
    }
}
