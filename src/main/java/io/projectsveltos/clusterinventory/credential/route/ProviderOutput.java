package io.projectsveltos.clusterinventory.credential.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.exec.ExecCredential;
import io.projectsveltos.clusterinventory.credential.exec.ExecCredentialDecoder;
import io.projectsveltos.clusterinventory.credential.exec.ExecCredentialReader;
import io.projectsveltos.clusterinventory.credential.exec.ExecCredentialValidator;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigBuilder;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExchangeHelper;

/** Makes a kubeconfig from what a custom provider route leaves: a kubeconfig, an ExecCredential or a token. */
final class ProviderOutput {

    /** As for plugins. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesSerialization yaml = new KubernetesSerialization(new ObjectMapper(), false);
    private final ExecCredentialReader reader = new ExecCredentialReader();
    private final ExecCredentialDecoder decoder = new ExecCredentialDecoder();
    private final KubeconfigBuilder builder = new KubeconfigBuilder();
    private final ExecCredentialValidator validator;
    private final Clock clock;

    ProviderOutput(Clock clock) {
        this.clock = clock;
        this.validator = new ExecCredentialValidator(clock);
    }

    /**
     * Reads what a route leaves.
     *
     * @param exchange of the route
     * @param given the entry that it was called with; the route may have put another one into the variable
     * @return the kubeconfig, which is not validated yet
     * @throws ReconcileFailure if it is none of these
     * @throws Exception from reading the body, whose message may quote it
     */
    Kubeconfig read(Exchange exchange, AccessProvider given) throws Exception {
        AccessProvider entry =
                exchange.getVariable(CustomProviderRoutes.ACCESS_PROVIDER) instanceof AccessProvider own ? own : given;
        Object type = exchange.getMessage().getHeader(CredentialHeaders.TYPE);
        Instant expiry = expiry(exchange, given);
        Object body = plain(exchange);
        if (type != null && !CredentialHeaders.TOKEN.equals(type)) {
            throw invalid(given, "set the header " + CredentialHeaders.TYPE + " to something else than token");
        }
        if (type != null) {
            return build(entry, token(body, expiry, given));
        }
        if (body instanceof Kubeconfig kubeconfig) {
            return new Kubeconfig(kubeconfig.content(), earlier(kubeconfig.expiry(), expiry));
        }
        if (ExecCredentialReader.isExecCredential(body)) {
            Kubeconfig built = build(entry, decoder.convert(JSON.readTree(reader.toJson(body))));
            return new Kubeconfig(built.content(), earlier(built.expiry(), expiry));
        }
        return new Kubeconfig(content(body, given), expiry);
    }

    private byte[] content(Object body, AccessProvider given) {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof Map<?, ?> map && map.containsKey("clusters")) {
            return yaml.asYaml(map).getBytes(StandardCharsets.UTF_8);
        }
        throw invalid(given, "returned " + (body == null ? "nothing" : "a " + kind(body)));
    }

    private static String kind(Object body) {
        return body instanceof Map
                ? "Map that is neither a kubeconfig nor an ExecCredential"
                : body.getClass().getName();
    }

    private static ExecCredential token(Object body, Instant expiry, AccessProvider given) {
        if (!(body instanceof byte[] bytes)) {
            throw invalid(
                    given,
                    "set the header " + CredentialHeaders.TYPE + ", but its body is "
                            + (body == null ? "null" : "a " + body.getClass().getName()) + " and not a token");
        }
        String token = new String(bytes, StandardCharsets.UTF_8);
        return new ExecCredential("", "", new ExecCredential.Status(token, "", "", expiry));
    }

    private Kubeconfig build(AccessProvider entry, ExecCredential credential) {
        return builder.build(entry, validator.validate(credential, null));
    }

    private Instant expiry(Exchange exchange, AccessProvider given) {
        Object header = exchange.getMessage().getHeader(CredentialHeaders.EXPIRY);
        if (header == null) {
            return null;
        }
        Instant expiry;
        try {
            expiry = CredentialHeaders.time(header, clock.instant());
        } catch (IllegalArgumentException e) {
            throw invalid(given, "set the header " + CredentialHeaders.EXPIRY + ", which " + e.getMessage());
        }
        if (!expiry.isAfter(clock.instant())) {
            throw invalid(given, "returned a credential that expired at " + expiry);
        }
        return expiry;
    }

    /** A Kubeconfig, a Map, bytes, or else null or an object that is nothing of these. */
    private static Object plain(Exchange exchange) throws IOException {
        Object body = exchange.getMessage().getBody();
        if (body instanceof JsonNode node) {
            body = node.isTextual() ? node.textValue() : JSON.convertValue(node, Object.class);
        }
        if (body == null || body instanceof Kubeconfig || body instanceof Map) {
            return body;
        }
        byte[] bytes = bytes(body, exchange);
        if (bytes != null && bytes.length > MAX_BYTES) {
            throw new IOException("more than 1 MiB");
        }
        return bytes == null ? body : bytes;
    }

    private static byte[] bytes(Object body, Exchange exchange) throws IOException {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof String text) {
            // not with a type converter, whose exception would contain the text in its message
            String charset = ExchangeHelper.getCharsetName(exchange, false);
            return text.getBytes(charset == null ? StandardCharsets.UTF_8.name() : charset);
        }
        InputStream stream = exchange.getMessage().getBody(InputStream.class);
        return stream == null ? null : stream.readNBytes(MAX_BYTES + 1);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one == null || other != null && other.isBefore(one) ? other : one;
    }

    private static ReconcileFailure invalid(AccessProvider entry, String what) {
        return new ReconcileFailure(
                Reason.InvalidExecCredential,
                "The route of access provider " + entry.name() + " " + what
                        + ": its body must be a kubeconfig or an ExecCredential, as text, bytes, a stream or a Map, or a"
                        + " token with the header " + CredentialHeaders.TYPE + ": token");
    }
}
