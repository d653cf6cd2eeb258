package io.projectsveltos.clusterinventory.credential.route;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.settings.Settings;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.model.Model;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.SimpleTypeConverter;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The access providers with a custom provider route: a route from {@code direct:access-provider-NAME}, with or without
 * options, makes NAME an access provider. Only existing routes are called; no endpoint is created from data in a profile.
 *
 * <p>Packaged routes begin with {@code direct:packaged-access-provider-NAME} instead, so that a user's route for the same
 * name replaces them: Camel does not start two routes from one {@code direct:} endpoint.
 */
public final class CustomProviderRoutes extends ServiceSupport implements Processor, CamelContextAware {

    static final String ACCESS_PROVIDER = "accessProvider";

    private static final String CLUSTER_PROFILE = "clusterProfile";
    private static final String PREFIX = "direct://access-provider-";
    private static final String PACKAGED_PREFIX = "direct://packaged-access-provider-";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final RouteCaller caller;
    private final Clock clock;
    private final ProviderOutput output;
    private CamelContext context;
    private RouteFingerprints fingerprints;
    private ProducerTemplate template;

    /**
     * Calls routes through a caller.
     *
     * @param caller the caller
     * @param clock decides which credentials have expired
     */
    public CustomProviderRoutes(RouteCaller caller, Clock clock) {
        this.caller = caller;
        this.clock = clock;
        this.output = new ProviderOutput(clock);
    }

    /**
     * The names of all access providers with a custom provider route. In a process that does not start its routes, these are
     * the defined ones.
     */
    public Set<String> names() {
        return names(PREFIX);
    }

    /** The names of all access providers with a packaged provider route, even if a custom one replaces it. */
    public Set<String> packagedNames() {
        return names(PACKAGED_PREFIX);
    }

    private Set<String> names(String prefix) {
        return context.isStarted() ? endpoints(prefix).keySet() : definedNames(prefix);
    }

    private Set<String> definedNames(String prefix) {
        return context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions().stream()
                .map(route -> RouteInput.of(route, context))
                .map(uri -> providerOf(uri, prefix))
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Names the access provider of a custom provider route.
     *
     * @param uri what the route is from
     * @return the access provider's name, empty if it is a route of another kind
     */
    public static Optional<String> providerOf(String uri) {
        return providerOf(uri, PREFIX);
    }

    private static Optional<String> providerOf(String uri, String prefix) {
        String endpoint = RouteInput.of(uri);
        return endpoint.startsWith(prefix) ? Optional.of(endpoint.substring(prefix.length())) : Optional.empty();
    }

    /**
     * Calls the route of the selected access provider, whose kubeconfig becomes the body. A custom one is called as
     * {@link RouteCaller} does, so that nothing in it affects the exchange. A packaged one has no other edge than our API
     * server, whose refusals stay as they are.
     */
    @Override
    public void process(Exchange exchange) {
        AccessProvider entry = exchange.getVariable(ACCESS_PROVIDER, AccessProvider.class);
        Endpoint custom = endpoints(PREFIX).get(entry.name());
        if (custom == null) {
            callPackaged(endpoints(PACKAGED_PREFIX).get(entry.name()), entry, exchange);
        } else {
            callCustom(custom, entry, exchange);
        }
    }

    private void callPackaged(Endpoint route, AccessProvider entry, Exchange exchange) {
        Exchange routeExchange = new DefaultExchange(context);
        routeExchange.setVariable(ACCESS_PROVIDER, entry);
        routeExchange.setVariable(CLUSTER_PROFILE, exchange.getVariable(CLUSTER_PROFILE));
        template.send(route, routeExchange);
        exchange.setException(routeExchange.getException());
        exchange.getMessage().setBody(routeExchange.getMessage().getBody());
    }

    private void callCustom(Endpoint route, AccessProvider entry, Exchange exchange) {
        RouteCall call = new RouteCall(
                route,
                variables(entry, exchange),
                Map.of("name", entry.name(), "cluster", entry.cluster()),
                Set.of(CredentialHeaders.RETRY_AFTER),
                timeouts().of(entry.name()));
        RouteResult<Kubeconfig> result = caller.call(call, routeExchange -> output.read(routeExchange, entry));
        if (!result.isFailed()) {
            exchange.getMessage().setBody(result.value());
            return;
        }
        RetryDelay retry = RetryDelay.of(result, clock.instant());
        exchange.setProperty(WorkqueueConstants.RETRY_IN, retry.delay());
        exchange.setException(toFailure(entry, result, retry.fault()));
    }

    private static Map<String, Object> variables(AccessProvider entry, Exchange exchange) {
        ObjectKey profile = exchange.getVariable("key", ObjectKey.class);
        Map<String, Object> variables = new HashMap<>();
        variables.put(ACCESS_PROVIDER, entry);
        variables.put(CLUSTER_PROFILE, wholeProfile(exchange));
        variables.put("clusterProfileNamespace", profile.namespace());
        variables.put("clusterProfileName", profile.name());
        return variables;
    }

    /** As {@code kubectl get -o json} shows it, in a copy that the route may change. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> wholeProfile(Exchange exchange) {
        Map<String, Object> profile = JSON.convertValue(exchange.getVariable("wholeProfile"), OBJECT);
        if (profile.get("metadata") instanceof Map<?, ?> metadata) {
            ((Map<String, Object>) metadata).remove("managedFields");
        }
        return profile;
    }

    private Exception toFailure(AccessProvider entry, RouteResult<?> result, String fault) {
        if (context.isStopping()) {
            return new IllegalStateException("the controller stopped while a custom provider route ran");
        }
        if (result.failure() instanceof ReconcileFailure) {
            return result.failure();
        }
        boolean isTimeout = result.failure() instanceof RouteTimeoutException;
        String advice = isTimeout
                ? "check what it waits for, or raise access-provider.timeout"
                : result.description().isMistake()
                        ? "correct the route"
                        : "check that the service it calls is reachable and accepts its credentials";
        return new ReconcileFailure(
                isTimeout ? Reason.AccessProviderTimeout : Reason.ExecPluginFailed,
                "The route of access provider " + entry.name() + " " + result.describe() + ": " + advice + fault);
    }

    /**
     * What the credentials of an access provider are made from, in addition to the profile's entry.
     *
     * @param provider its name
     * @return a short digest of its custom provider route, empty if it does not have one
     */
    public String fingerprint(String provider) {
        return fingerprints.of(provider);
    }

    private ProviderTimeouts timeouts() {
        return new ProviderTimeouts(new Settings(context));
    }

    private Map<String, Endpoint> endpoints(String prefix) {
        Map<String, Endpoint> found = new TreeMap<>();
        for (Route route : context.getRoutes()) {
            providerOf(route.getEndpoint().getEndpointUri(), prefix)
                    .ifPresent(name -> found.put(name, route.getEndpoint()));
        }
        return found;
    }

    /**
     * Starts before the routes.
     *
     * @throws IllegalArgumentException if a time limit is invalid
     */
    @Override
    protected void doStart() {
        names().forEach(provider -> {
            timeouts().validate(provider);
            // of the text that Camel has just read
            fingerprint(provider);
        });
        template = context.createProducerTemplate();
        // beans that a route calls take a ClusterProfile, and its variable is a Map
        context.getTypeConverterRegistry()
                .addTypeConverter(
                        ClusterProfile.class,
                        Map.class,
                        new SimpleTypeConverter(
                                false, (type, exchange, profile) -> JSON.convertValue(profile, ClusterProfile.class)));
    }

    @Override
    protected void doStop() {
        // null in a process that did not start it
        ServiceHelper.stopService(template);
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
        this.fingerprints = new RouteFingerprints(context);
    }
}
