package io.projectsveltos.clusterinventory.wiring;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.projectsveltos.clusterinventory.clusterprofile.SameClusterGroups;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueComponent;
import io.projectsveltos.clusterinventory.credential.exec.PluginRunListener;
import io.projectsveltos.clusterinventory.health.ConsumerLivenessCheck;
import io.projectsveltos.clusterinventory.health.HealthHandler;
import io.projectsveltos.clusterinventory.health.LeaseHealthCheck;
import io.projectsveltos.clusterinventory.http.AccessReviewer;
import io.projectsveltos.clusterinventory.http.AuthorizingHandler;
import io.projectsveltos.clusterinventory.http.HttpHandler;
import io.projectsveltos.clusterinventory.http.HttpService;
import io.projectsveltos.clusterinventory.http.ListenAddress;
import io.projectsveltos.clusterinventory.http.ServingCertificate;
import io.projectsveltos.clusterinventory.leaderelection.Leadership;
import io.projectsveltos.clusterinventory.metrics.FleetMetrics;
import io.projectsveltos.clusterinventory.metrics.HealthGateMetrics;
import io.projectsveltos.clusterinventory.metrics.MetricsHandler;
import io.projectsveltos.clusterinventory.metrics.PluginMetrics;
import io.projectsveltos.clusterinventory.metrics.ProcessMetrics;
import io.projectsveltos.clusterinventory.metrics.QueueMetrics;
import io.projectsveltos.clusterinventory.metrics.SveltosClusterMetrics;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.sveltos.HealthGate;
import io.projectsveltos.clusterinventory.sveltos.Outputs;
import io.projectsveltos.clusterinventory.sveltos.SameCluster;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyConfiguration;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Registry;

/** Wires health checks and metrics, and the two ports that serve them. */
final class Diagnostics {

    private final CamelContext context;
    private final Settings settings;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Diagnostics(CamelContext context, Settings settings) {
        this.context = context;
        this.settings = settings;
    }

    PluginRunListener pluginRunListener() {
        return new PluginMetrics(registry);
    }

    void serveHealth(Leadership leadership) throws Exception {
        HealthCheckRegistry checks = HealthCheckRegistry.get(context);
        checks.register(new ConsumerLivenessCheck(context));
        checks.register(new LeaseHealthCheck(leadership::refusal));
        ListenAddress address = ListenAddress.parse("health-addr", settings.text("health-addr"));
        if (address != null) {
            serve(new HttpService(
                    address,
                    null,
                    Map.of("/healthz", HealthHandler.liveness(context), "/readyz", HealthHandler.readiness(context))));
        }
    }

    void registerLeaderGauge(Leadership leadership) {
        if (!leadership.lease().isEmpty()) {
            Gauge.builder("leader.election.master.status", () -> leadership.isLeader() ? 1 : 0)
                    .description("1 on the replica that is the leader")
                    // client-go's name for the label
                    .tag("name", leadership.lease())
                    .register(registry);
        }
    }

    void registerSameClusterGauges(SameClusterGroups groups) {
        Gauge.builder("projectsveltos.clusterinventory.same.cluster.groups", groups, SameClusterGroups::shared)
                .description("Clusters with more than one profile")
                .register(registry);
        Gauge.builder("projectsveltos.clusterinventory.same.cluster.suppressed", groups, SameClusterGroups::suppressed)
                .description("Profiles that are not registered because an older one is of the same cluster")
                .register(registry);
    }

    void serveMetrics(Supplier<KubernetesClient> client, InformerStores stores) throws Exception {
        boolean readsStatus = !settings.flag("sveltosclusters.metadata-only");
        ListenAddress address = ListenAddress.parse("diagnostics-address", settings.text("diagnostics-address"));
        if (address == null) {
            return;
        }
        registerQueueMetrics();
        addRouteMetrics();
        ProcessMetrics process = new ProcessMetrics(registry);
        FleetMetrics fleet = new FleetMetrics(
                registry,
                stores.clusterProfiles(),
                stores.managedSecrets(),
                stores.sveltosClusters(),
                Clock.systemUTC());
        Registry beans = context.getRegistry();
        new HealthGateMetrics(
                        stores.clusterProfiles(),
                        stores.sveltosClusters(),
                        beans.findSingleByType(HealthGate.class),
                        beans.findSingleByType(Outputs.class),
                        beans.findSingleByType(SameCluster.class))
                .register(registry);
        if (readsStatus) {
            new SveltosClusterMetrics(stores.sveltosClusters()).register(registry);
        }
        HttpHandler metrics = new MetricsHandler(registry, () -> {
            process.register();
            fleet.refresh();
        });
        boolean insecure = settings.flag("insecure-diagnostics");
        HttpHandler served =
                insecure ? metrics : new AuthorizingHandler(metrics, new AccessReviewer(client, Clock.systemUTC()));
        serve(new HttpService(address, insecure ? null : certificate(), Map.of("/metrics", served)));
    }

    private void serve(HttpService service) throws Exception {
        service.init();
        context.addService(service);
    }

    private void registerQueueMetrics() {
        WorkqueueComponent queues = context.getComponent("workqueue", WorkqueueComponent.class);
        Map.of(
                        "clusterprofiles",
                        settings.number("concurrent-reconciles"),
                        "credentials",
                        settings.number("credentials.concurrency"),
                        "warning-events",
                        1,
                        "normal-events",
                        1,
                        "hooks",
                        2)
                .forEach((name, workers) -> QueueMetrics.register(registry, name, queues.queue(name), workers));
    }

    private void addRouteMetrics() {
        MicrometerRoutePolicyConfiguration configuration = new MicrometerRoutePolicyConfiguration();
        // the first is the difference of others, and the second is always zero
        configuration.setExchangesSucceeded(false);
        configuration.setExternalRedeliveries(false);
        MicrometerRoutePolicyFactory routes = new MicrometerRoutePolicyFactory();
        routes.setCamelContext(context);
        routes.setMeterRegistry(registry);
        routes.setPolicyConfiguration(configuration);
        // A route that others call is a part of them: a dozen more timers per reconcile would cost as much as its
        // steps.
        // Custom provider routes are measured.
        context.addRoutePolicyFactory((camel, id, definition) ->
                isCalledByRoutes(definition) ? null : routes.createRoutePolicy(camel, id, definition));
    }

    private static boolean isCalledByRoutes(NamedNode definition) {
        return definition instanceof RouteDefinition route
                && route.getInput().getEndpointUri().matches("direct:(//)?(?!access-provider-).*");
    }

    private SSLContext certificate() {
        String certificate = settings.text("diagnostics.certificate-file");
        return certificate.isEmpty()
                ? ServingCertificate.selfSigned("clusterinventory-camel")
                : ServingCertificate.fromFiles(Path.of(certificate), Path.of(settings.text("diagnostics.key-file")));
    }
}
