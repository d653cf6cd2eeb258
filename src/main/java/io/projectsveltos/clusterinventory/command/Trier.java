package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.command.TryReport.Returned;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.credential.Validity;
import io.projectsveltos.clusterinventory.credential.secretreader.KubeconfigSecretReader;
import io.projectsveltos.clusterinventory.credential.secretreader.SecretKeySelector;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.reconcile.ReconcileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/**
 * Calls an access provider once, as the controller would, and drops what it returns. Of the routes only those are started
 * that others call: no watch, no queue and no timer.
 */
final class Trier {

    /** The profile of an entry that is given in a file. */
    private static final ObjectKey NO_PROFILE = new ObjectKey("try", "try");

    private final CommandContext context;
    private final String provider;
    private final StepRecorder recorder = new StepRecorder();

    /**
     * What a call did.
     *
     * @param report without a value
     * @param credential what it returned, or null
     */
    record Trial(TryReport report, Credential credential) {}

    /**
     * Prepares a call.
     *
     * @param context its routes are not built yet
     * @param provider the access provider's name
     */
    Trier(CommandContext context, String provider) {
        this.context = context;
        this.provider = provider;
    }

    /** Calls it for an entry in a file, in YAML or JSON, without the API server unless the access provider uses it. */
    TryReport tryEntry(Path file) throws Exception {
        Map<?, ?> entry = entry(file);
        return call(NO_PROFILE, document(NO_PROFILE, null, entry), entry).report();
    }

    /** Calls it for a profile that offers it. */
    TryReport tryProfile(ObjectKey key) throws Exception {
        ManagementCluster cluster = new ManagementCluster(context);
        cluster.load(key);
        ClusterProfile profile = cluster.profile(key);
        AccessProvider entry =
                profile == null ? null : profile.getAccessProviders().get(provider);
        if (entry == null) {
            throw new IllegalArgumentException(
                    profile == null
                            ? "there is no ClusterProfile " + key
                            : "ClusterProfile " + key + " does not offer " + provider + ", but "
                                    + profile.getAccessProviders().keySet());
        }
        Map<?, ?> only = Map.of("name", entry.name(), "cluster", entry.cluster());
        // a custom provider route gets the whole profile from the API server
        return call(convert(document(key, profile.getMetadata().getUid(), only)), null)
                .report();
    }

    private Map<?, ?> entry(Path file) throws IOException {
        try {
            Map<?, ?> entry = new YAMLMapper().readValue(Files.readAllBytes(file), Map.class);
            if (entry == null || !provider.equals(entry.get("name"))) {
                throw new IllegalArgumentException(
                        file + ": expected an entry of status.accessProviders with the name " + provider);
            }
            return entry;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + ": is not an object in YAML or JSON");
        }
    }

    /** A profile that offers nothing else. */
    private static Map<String, Object> document(ObjectKey key, String uid, Map<?, ?> entry) {
        return Map.of(
                "metadata",
                Map.of("namespace", key.namespace(), "name", key.name(), "uid", uid == null ? "" : uid),
                "status",
                Map.of("accessProviders", List.of(entry)));
    }

    private static ClusterProfile convert(Map<String, Object> document) {
        return new YAMLMapper().convertValue(document, ClusterProfile.class);
    }

    /** Calls it for an entry of a profile, which the API server need not have. */
    Trial call(ObjectKey key, Map<String, Object> profile, Map<?, ?> entry) throws Exception {
        return call(convert(document(key, null, entry)), profile);
    }

    private Trial call(ClusterProfile profile, Map<String, Object> wholeProfile) throws Exception {
        startCalledRoutes(context.camel(), recorder);
        Exchange exchange = new DefaultExchange(context.camel());
        exchange.setVariable("key", profile.getKey());
        exchange.setVariable("clusterProfile", profile);
        exchange.setVariable("wholeProfile", wholeProfile);
        try {
            ReconcileState state = context.bean(ReconcileState.class);
            state.selectAccessProvider(profile, exchange);
            Kind kind = Kind.valueOf(exchange.getVariable("providerKind", String.class));
            if (kind == Kind.WORKLOAD_IDENTITY) {
                throw new IllegalArgumentException(
                        provider + " is registered with workload identity: there is no credential to try");
            }
            // the controller watches the Secrets of tokens
            exchange.setVariable("isSourceWatched", kind == Kind.TOKEN_SECRET);
            Credential credential =
                    kind == Kind.SECRET_READER ? read(state, profile, exchange) : runAccessProvider(exchange);
            return new Trial(report(profile, kind, null, null, returned(credential)), credential);
        } catch (ReconcileFailure e) {
            String kind = exchange.getVariable("providerKind", String.class);
            Kind known = kind == null ? null : Kind.valueOf(kind);
            return new Trial(report(profile, known, e.getReason().name(), e.getMessage(), null), null);
        } catch (KubernetesApiException e) {
            return new Trial(report(profile, Kind.SECRET_READER, null, e.getMessage(), null), null);
        }
    }

    /** Starts the routes that others call, and no others. */
    static void startCalledRoutes(DefaultCamelContext camel, StepRecorder recorder) throws Exception {
        camel.getCamelContextExtension().addInterceptStrategy(recorder);
        camel.start();
        for (Route route : camel.getRoutes()) {
            if (route.getEndpoint().getEndpointUri().startsWith("direct://")) {
                camel.getRouteController().startRoute(route.getId());
            }
        }
    }

    private Credential read(ReconcileState state, ClusterProfile profile, Exchange exchange) {
        state.locateSource(profile, exchange.getVariable("accessProvider", AccessProvider.class), exchange);
        SecretKeySelector reference = exchange.getVariable("secretReference", SecretKeySelector.class);
        Secret secret = new ManagementCluster(context).sourceOrRefusal(reference.secret());
        return context.bean(KubeconfigSecretReader.class).read(secret, reference);
    }

    /** Through the route that the queue of credentials calls. */
    private Credential runAccessProvider(Exchange exchange) {
        Exchange result = context.camel().createProducerTemplate().send("direct:run-access-provider", exchange);
        if (result.getException() instanceof ReconcileFailure failure) {
            throw failure;
        }
        if (result.getException() != null) {
            // its message may quote a credential
            throw new IllegalStateException(
                    "failed with " + result.getException().getClass().getSimpleName());
        }
        return result.getMessage().getBody(Credential.class);
    }

    private TryReport report(ClusterProfile profile, Kind kind, String reason, String message, Returned credential) {
        return new TryReport(
                provider,
                kind == null ? "not configured" : kind.label(),
                profile.getKey().toString(),
                credential != null,
                reason,
                message,
                recorder.steps(),
                credential);
    }

    private static Returned returned(Credential credential) {
        Validity validity = credential.validity();
        return new Returned(
                credential.kubeconfig().length,
                credential.warning(),
                validity == null ? null : validity.refresh().toString(),
                validity == null || validity.expiry() == null
                        ? null
                        : validity.expiry().toString());
    }
}
