package io.projectsveltos.clusterinventory.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.projectsveltos.clusterinventory.http.HttpHandler;

/** Serves all meters in Prometheus' text format. */
public final class MetricsHandler implements HttpHandler {

    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final Runnable beforeScrape;

    /**
     * @param beforeScrape updates the meters that are only counted on demand
     */
    public MetricsHandler(PrometheusMeterRegistry registry, Runnable beforeScrape) {
        this.registry = registry;
        this.beforeScrape = beforeScrape;
    }

    @Override
    public synchronized Response handle(Request request) {
        beforeScrape.run();
        return new Response(200, TEXT_FORMAT, registry.scrape());
    }
}
