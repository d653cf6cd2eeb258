package io.projectsveltos.clusterinventory.credential.route;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.SafeCopyProperty;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the failure of a custom route that nobody waits for: one that a {@code wireTap}, {@code seda} or a timer calls. Camel
 * would log nothing, or the message, which may contain a credential.
 */
final class UnreportedFailurePolicy extends RoutePolicySupport {

    private static final Logger LOG = LoggerFactory.getLogger(UnreportedFailurePolicy.class);

    private final boolean logsMessages;

    UnreportedFailurePolicy(boolean logsMessages) {
        this.logsMessages = logsMessages;
    }

    /** The route that an exchange came to first; the routes that this one calls are a part of it. */
    private record First(String exchange, String route) implements SafeCopyProperty {

        private static final String NAME = "ClusterInventoryFirstRoute";

        static First of(Route route, Exchange exchange) {
            return new First(exchange.getExchangeId(), route.getRouteId());
        }

        static First of(Exchange exchange) {
            return exchange.getExchangeExtension().getSafeCopyProperty(NAME, First.class);
        }

        /** Copies of the exchange have another id, so that they have a first route of their own. */
        @Override
        public SafeCopyProperty safeCopy() {
            return this;
        }
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        First before = First.of(exchange);
        if (before == null || !before.exchange().equals(exchange.getExchangeId())) {
            exchange.getExchangeExtension().setSafeCopyProperty(First.NAME, First.of(route, exchange));
        }
    }

    @Override
    public void onStart(Route route) {
        if (route.getConsumer() instanceof DefaultConsumer consumer
                && consumer.getExceptionHandler() instanceof LoggingExceptionHandler) {
            consumer.setExceptionHandler(new Handler(route));
        }
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        Exception failure = exchange.getException();
        if (failure == null || !First.of(route, exchange).equals(First.of(exchange))) {
            return;
        }
        CallTrace trace = CallTrace.of(exchange);
        if (!trace.isOnThreadOfCall()) {
            log(route, FailureDescription.of(failure, trace.placeOf(failure)), failure);
        }
    }

    private void log(Route route, FailureDescription description, Throwable failure) {
        LOG.warn("Custom route {} {}: nothing waits for its result", route.getRouteId(), description.text());
        if (logsMessages) {
            LOG.warn("Custom route {} failed", route.getRouteId(), failure);
        }
    }

    /** For what a consumer fails on before and after its route. */
    private final class Handler implements ExceptionHandler {

        private final Route route;

        Handler(Route route) {
            this.route = route;
        }

        @Override
        public void handleException(Throwable exception) {
            log(route, FailureDescription.of(exception, null), exception);
        }

        @Override
        public void handleException(String message, Throwable exception) {
            handleException(exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            // what fails in the route is logged when its exchange is done
            if (exchange == null || exchange.getException() != exception) {
                handleException(exception);
            }
        }
    }
}
