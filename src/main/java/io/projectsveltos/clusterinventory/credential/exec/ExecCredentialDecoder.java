package io.projectsveltos.clusterinventory.credential.exec;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.Converter;
import io.projectsveltos.clusterinventory.credential.golang.GoFields;
import io.projectsveltos.clusterinventory.credential.golang.GoTime;
import io.projectsveltos.clusterinventory.credential.golang.UnreadableException;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.time.Instant;

/**
 * How Jackson unmarshals an {@link ExecCredential}: with the types that client-go's decoder requires (Jackson would accept a
 * number as a token), and with errors that do not quote the invalid value.
 */
public final class ExecCredentialDecoder implements Converter<JsonNode, ExecCredential> {

    /**
     * @param document an object
     * @return the credential, not validated yet
     * @throws ReconcileFailure when client-go would not decode it
     */
    @Override
    public ExecCredential convert(JsonNode document) {
        try {
            GoFields fields = GoFields.of(document);
            checkSpec(fields.object("spec"));
            return new ExecCredential(
                    fields.typeMeta("apiVersion"),
                    fields.typeMeta("kind"),
                    fields.has("status") ? status(fields.object("status")) : null);
        } catch (UnreadableException e) {
            throw ExecCredentialValidator.invalid(e.getMessage());
        }
    }

    private static ExecCredential.Status status(GoFields status) throws UnreadableException {
        return new ExecCredential.Status(
                status.text("token"),
                status.text("clientCertificateData"),
                status.text("clientKeyData"),
                status.has("expirationTimestamp") ? expiry(status.text("expirationTimestamp")) : null);
    }

    private static Instant expiry(String timestamp) throws UnreadableException {
        Instant expiry = GoTime.parse(timestamp)
                .orElseThrow(() -> UnreadableException.refused("has an expirationTimestamp that is not RFC 3339"));
        return expiry.equals(GoTime.ZERO) ? null : expiry;
    }

    /** Plugins may return the spec that they received; it is ignored, but must have the right types. */
    private static void checkSpec(GoFields spec) throws UnreadableException {
        spec.flag("interactive");
        GoFields cluster = spec.object("cluster");
        cluster.text("server");
        cluster.text("tls-server-name");
        cluster.flag("insecure-skip-tls-verify");
        cluster.bytes("certificate-authority-data");
        cluster.text("proxy-url");
        cluster.flag("disable-compression");
    }

    @Override
    public JavaType getInputType(TypeFactory types) {
        return types.constructType(JsonNode.class);
    }

    @Override
    public JavaType getOutputType(TypeFactory types) {
        return types.constructType(ExecCredential.class);
    }
}
