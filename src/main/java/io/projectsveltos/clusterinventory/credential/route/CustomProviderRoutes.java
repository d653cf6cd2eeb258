package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
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
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.UnitOfWorkHelper;
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

    private static final String ACCESS_PROVIDER = "accessProvider";
    private static final String CLUSTER_PROFILE = "clusterProfile";
    private static final String PREFIX = "direct://access-provider-";
    private static final String PACKAGED_PREFIX = "direct://packaged-access-provider-";
    private static final String OPTIONS = "\\?";

    private CamelContext context;
    private ProducerTemplate template;

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
                .map(route ->
                        context.resolvePropertyPlaceholders(route.getInput().getEndpointUri()))
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
        String endpoint = EndpointHelper.normalizeEndpointUri(uri).split(OPTIONS, 2)[0];
        return endpoint.startsWith(prefix) ? Optional.of(endpoint.substring(prefix.length())) : Optional.empty();
    }

    /**
     * Calls the route of the selected access provider, whose kubeconfig becomes the body. The route runs on its own
     * exchange: whatever it sets, stops or handles there, only its body and its exception are used. An exception that is
     * not a {@link ReconcileFailure} becomes one; only those of a packaged route, which has no other edge than our API
     * server, stay as they are.
     */
    @Override
    public void process(Exchange exchange) {
        AccessProvider entry = exchange.getVariable(ACCESS_PROVIDER, AccessProvider.class);
        ObjectKey profile = exchange.getVariable("key", ObjectKey.class);
        Endpoint custom = endpoints(PREFIX).get(entry.name());
        Exchange routeExchange = new DefaultExchange(context);
        // direct:build-kubeconfig reads it
        routeExchange.setVariable(ACCESS_PROVIDER, entry);
        routeExchange.setVariable(CLUSTER_PROFILE, exchange.getVariable(CLUSTER_PROFILE));
        routeExchange.getMessage().setHeader("ClusterProfileNamespace", profile.namespace());
        routeExchange.getMessage().setHeader("ClusterProfileName", profile.name());
        routeExchange.getMessage().setBody(Map.of("name", entry.name(), "cluster", entry.cluster()));
        try {
            Endpoint route = custom == null ? endpoints(PACKAGED_PREFIX).get(entry.name()) : custom;
            exchange.getMessage().setBody(kubeconfig(route, routeExchange));
        } catch (ReconcileFailure e) {
            exchange.setException(e);
        } catch (Exception e) {
            exchange.setException(custom == null ? e : toFailure(entry, e));
        }
    }

    /** A Kubeconfig, bytes, or null when the route returned something else. */
    private Object kubeconfig(Endpoint route, Exchange routeExchange) throws Exception {
        UnitOfWork work = PluginHelper.getUnitOfWorkFactory(context).createUnitOfWork(routeExchange);
        routeExchange.getExchangeExtension().setUnitOfWork(work);
        try {
            template.send(route, routeExchange);
            if (routeExchange.getException(ReconcileFailure.class) != null) {
                throw routeExchange.getException(ReconcileFailure.class);
            }
            if (routeExchange.getException() != null) {
                throw routeExchange.getException();
            }
            // before the end of the unit of work, which may close a stream
            return converted(routeExchange);
        } finally {
            UnitOfWorkHelper.doneUow(work, routeExchange);
        }
    }

    private static Object converted(Exchange routeExchange) throws UnsupportedEncodingException {
        Object body = routeExchange.getMessage().getBody();
        if (body instanceof Kubeconfig || body instanceof byte[]) {
            return body;
        }
        if (body instanceof String text) {
            // not with a type converter, whose exception would contain the text in its message
            String charset = ExchangeHelper.getCharsetName(routeExchange, false);
            return text.getBytes(charset == null ? StandardCharsets.UTF_8.name() : charset);
        }
        return routeExchange.getMessage().getBody(byte[].class);
    }

    private Exception toFailure(AccessProvider entry, Exception failure) {
        return context.isStopping()
                ? new IllegalStateException("the controller stopped while a custom provider route ran")
                : new ReconcileFailure(
                        Reason.ExecPluginFailed,
                        "The route of access provider " + entry.name() + " failed with "
                                + FailureDescription.of(failure)
                                + ": check that the service it calls is reachable and accepts its credentials");
    }

    private Map<String, Endpoint> endpoints(String prefix) {
        Map<String, Endpoint> found = new TreeMap<>();
        for (Route route : context.getRoutes()) {
            providerOf(route.getEndpoint().getEndpointUri(), prefix)
                    .ifPresent(name -> found.put(name, route.getEndpoint()));
        }
        return found;
    }

    @Override
    protected void doStart() {
        template = context.createProducerTemplate();
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
    }
}
