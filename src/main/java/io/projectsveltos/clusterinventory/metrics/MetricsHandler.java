package io.projectsveltos.clusterinventory.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.projectsveltos.clusterinventory.http.HttpHandler;

/** All meters in Prometheus' text format. */
public final class MetricsHandler implements HttpHandler {

    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final Runnable beforeScrape;

    /**
     * Makes the page.
     *
     * @param registry the meters
     * @param beforeScrape brings those up to date that are counted on demand
     */
    public MetricsHandler(PrometheusMeterRegistry registry, Runnable beforeScrape) {
        this.registry = registry;
        this.beforeScrape = beforeScrape;
    }

    @Override
    public synchronized Answer get(Request request) {
        beforeScrape.run();
        return new Answer(200, TEXT_FORMAT, registry.scrape());
    }
}
