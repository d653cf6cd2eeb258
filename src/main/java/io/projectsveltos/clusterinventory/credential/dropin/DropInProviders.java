package io.projectsveltos.clusterinventory.credential.dropin;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The access providers that somebody has dropped in a route for: one from {@code direct:access-provider-NAME} makes NAME
 * an access provider. Only routes that are there are ever called; no endpoint is made of what a profile says.
 */
public final class DropInProviders extends ServiceSupport implements Processor, CamelContextAware {

    private static final String PREFIX = "direct://access-provider-";

    private CamelContext context;
    private ProducerTemplate template;

    /**
     * The names.
     *
     * @return the names of all access providers with a route
     */
    public Set<String> names() {
        return endpoints().keySet();
    }

    /**
     * Whether an access provider is one of these.
     *
     * @param entry the profile's entry, or null when it offers none
     * @return true if there is a route for it
     */
    public boolean isDropIn(@ExchangeProperty("accessProvider") AccessProvider entry) {
        return entry != null && endpoints().containsKey(entry.name());
    }

    /**
     * What a route is given.
     *
     * @param entry the profile's entry
     * @return the entry as in the profile's status
     */
    public Map<String, Object> entry(@ExchangeProperty("accessProvider") AccessProvider entry) {
        return Map.of("name", entry.name(), "cluster", entry.cluster());
    }

    /** Has the route of the chosen access provider get the credential. What fails in it is a {@link TerminalException}. */
    @Override
    public void process(Exchange exchange) {
        AccessProvider entry = exchange.getProperty("accessProvider", AccessProvider.class);
        template.send(endpoints().get(entry.name()), exchange);
        Exception failure = exchange.getException();
        if (failure != null && exchange.getException(TerminalException.class) == null) {
            exchange.setException(told(entry, failure));
        }
    }

    private Exception told(AccessProvider entry, Exception failure) {
        return context.isStopping()
                ? new IllegalStateException("stopped while a route ran")
                : new TerminalException(
                        Reason.ExecPluginFailed,
                        "The route of the access provider " + entry.name() + " failed by "
                                + RouteFailure.describe(failure) + ": see that what it calls is there and lets it in");
    }

    private Map<String, Endpoint> endpoints() {
        Map<String, Endpoint> found = new TreeMap<>();
        for (Route route : context.getRoutes()) {
            String uri = route.getEndpoint().getEndpointUri();
            if (uri.startsWith(PREFIX)) {
                found.put(uri.substring(PREFIX.length()), route.getEndpoint());
            }
        }
        return found;
    }

    @Override
    protected void doStart() {
        template = context.createProducerTemplate();
    }

    @Override
    protected void doStop() throws Exception {
        template.close();
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
