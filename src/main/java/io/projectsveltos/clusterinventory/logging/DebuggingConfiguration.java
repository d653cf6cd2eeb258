package io.projectsveltos.clusterinventory.logging;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Objects;

/**
 * A {@code DebuggingConfiguration} of {@code lib.projectsveltos.io}, in which Sveltos keeps the log level of each of its
 * components. It is cluster-scoped; only the one named {@code default} is used.
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
@JsonIgnoreProperties(ignoreUnknown = true)
@Group(DebuggingConfiguration.GROUP)
@Version("v1beta1")
@Kind("DebuggingConfiguration")
@Plural("debuggingconfigurations")
public final class DebuggingConfiguration implements HasMetadata {

    static final String GROUP = "lib.projectsveltos.io";

    private static final long serialVersionUID = 1L;

    private String apiVersion = GROUP + "/v1beta1";
    private String kind = "DebuggingConfiguration";
    private ObjectMeta metadata = new ObjectMeta();
    private transient Spec spec;

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Spec(List<Entry> configuration) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Entry(String component, String logLevel) {}

    /**
     * The log level of a component; the last entry wins, as in Sveltos.
     *
     * @return such as {@code LogLevelDebug}; {@code LogLevelNotSet} without an entry
     */
    @JsonIgnore
    public String logLevelOf(String component) {
        return spec == null || spec.configuration() == null
                ? LogLevel.NOT_SET
                : spec.configuration().stream()
                        .filter(Objects::nonNull)
                        .filter(entry -> component.equals(entry.component()))
                        .map(Entry::logLevel)
                        .filter(Objects::nonNull)
                        .reduce(LogLevel.NOT_SET, (earlier, later) -> later);
    }

    @Override
    public ObjectMeta getMetadata() {
        return metadata;
    }

    @Override
    public void setMetadata(ObjectMeta metadata) {
        this.metadata = metadata;
    }

    @Override
    public String getApiVersion() {
        return apiVersion;
    }

    @Override
    public void setApiVersion(String apiVersion) {
        this.apiVersion = apiVersion;
    }

    @Override
    public String getKind() {
        return kind;
    }

    void setKind(String kind) {
        this.kind = kind;
    }

    void setSpec(Spec spec) {
        this.spec = spec;
    }
}
