package io.projectsveltos.clusterinventory.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.FilledStore;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.events.SetClock;
import io.projectsveltos.clusterinventory.http.HttpHandler.Request;
import io.projectsveltos.clusterinventory.http.HttpHandler.Response;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Checks the text that Prometheus scrapes: what is missing from it matters as much as what is in it. */
class FleetMetricsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String EXPIRY = "projectsveltos_clusterinventory_credential_expiry_seconds ";
    private static final String EXPIRED = "projectsveltos_clusterinventory_credentials_expired ";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final SetClock clock = new SetClock(NOW);
    private final InformerStore<ClusterProfile, ClusterProfile> profiles = InformerStore.ofObjects();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets = FilledStore.of();
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters = FilledStore.of();
    private final MetricsHandler handler =
            new MetricsHandler(registry, new FleetMetrics(registry, profiles, secrets, clusters, clock)::refresh);

    @Test
    void servesPrometheusText() {
        Response answer = handler.handle(new Request("/metrics", null, null));

        assertEquals(200, answer.status());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", answer.contentType());
    }

    @Test
    void reportsOnlyZeroExpiredCredentialsForAnEmptyFleet() {
        assertEquals(List.of(EXPIRED + "0.0"), scrape());
    }

    @Test
    void countsProfilesByTheProviderOfTheirKubeconfig() {
        profile("a");
        profile("b");
        profile("c");
        profile("without-a-secret");
        secret("a", Map.of(ManagedMetadata.ACCESS_PROVIDER, "eks"));
        secret("b", Map.of(ManagedMetadata.ACCESS_PROVIDER, "eks"));
        secret("c", Map.of(ManagedMetadata.ACCESS_PROVIDER, "gke"));

        assertEquals(List.of(EXPIRED + "0.0", profiles("eks", 2), profiles("gke", 1), profiles("none", 1)), scrape());
    }

    @Test
    void countsAProfileWithoutAKubeconfigByTheProviderOfItsSveltosCluster() {
        profile("a");
        cluster("a", Map.of(ManagedMetadata.ACCESS_PROVIDER, "eks"));

        assertEquals(List.of(EXPIRED + "0.0", profiles("eks", 1)), scrape());
    }

    @Test
    void countsAProfileWhoseSecretNamesNoProviderAsNone() {
        profile("a");
        profile("b");
        secret("a", Map.of());
        secret("b", Map.of(ManagedMetadata.ACCESS_PROVIDER, ""));

        assertEquals(List.of(EXPIRED + "0.0", profiles("none", 2)), scrape());
    }

    @Test
    void dropsAProviderThatIsNotUsedAnyMore() {
        profile("a");
        secret("a", Map.of(ManagedMetadata.ACCESS_PROVIDER, "eks"));
        scrape();

        secret("a", Map.of(ManagedMetadata.ACCESS_PROVIDER, "gke"));

        assertEquals(List.of(EXPIRED + "0.0", profiles("gke", 1)), scrape());
    }

    @Test
    void reportsTheTimeUntilTheFirstCredentialExpires() {
        secret("a", Map.of(ManagedMetadata.EXPIRY, NOW.plusSeconds(7_200).toString()));
        secret("b", Map.of(ManagedMetadata.EXPIRY, NOW.plusSeconds(60).toString()));
        secret("c", Map.of());

        assertEquals(List.of(EXPIRY + "60.0", EXPIRED + "0.0"), scrape());
    }

    @Test
    void countsACredentialAsExpiredFromItsExpiryOn() {
        secret("a", Map.of(ManagedMetadata.EXPIRY, NOW.plusSeconds(60).toString()));
        secret("b", Map.of(ManagedMetadata.EXPIRY, NOW.plusSeconds(61).toString()));

        clock.advance(Duration.ofSeconds(60));
        assertEquals(List.of(EXPIRY + "0.0", EXPIRED + "1.0"), scrape());

        clock.advance(Duration.ofSeconds(10));
        assertEquals(List.of(EXPIRY + "-10.0", EXPIRED + "2.0"), scrape());
    }

    @Test
    void dropsTheExpiryWhenNoCredentialExpires() {
        secret("a", Map.of(ManagedMetadata.EXPIRY, NOW.plusSeconds(60).toString()));
        scrape();

        secret("a", Map.of());

        assertEquals(List.of(EXPIRED + "0.0"), scrape());
    }

    @Test
    void ignoresAnAnnotationThatIsNotATime() {
        secret("a", Map.of(ManagedMetadata.EXPIRY, "tomorrow"));
        secret("b", Map.of(ManagedMetadata.EXPIRY, ""));
        secret("c", Map.of(ManagedMetadata.EXPIRY, NOW.plusSeconds(60).toString()));

        assertEquals(List.of(EXPIRY + "60.0", EXPIRED + "0.0"), scrape());
    }

    @Test
    void acceptsTheMostDistantTimes() {
        secret("a", Map.of(ManagedMetadata.EXPIRY, Instant.MAX.toString()));
        secret("b", Map.of(ManagedMetadata.EXPIRY, Instant.MIN.toString()));

        assertEquals(2, scrape().size());
    }

    private void profile(String name) {
        ClusterProfile profile = new ClusterProfile();
        profile.getMetadata().setNamespace("fleet");
        profile.getMetadata().setName(name);
        Informers.put(profiles, profile);
    }

    private void secret(String profile, Map<String, String> annotations) {
        Informers.put(secrets, output(profile + ManagedMetadata.SECRET_SUFFIX, annotations));
    }

    private void cluster(String profile, Map<String, String> annotations) {
        Informers.put(clusters, output(profile, annotations));
    }

    private static PartialObjectMetadata output(String name, Map<String, String> annotations) {
        PartialObjectMetadata output = PartialObjectMetadata.of("fleet", name, "1");
        output.getMetadata().setAnnotations(new HashMap<>(annotations));
        return output;
    }

    private static String profiles(String provider, int count) {
        return "projectsveltos_clusterinventory_profiles{provider=\"" + provider + "\"} " + count + ".0";
    }

    private List<String> scrape() {
        return handler.handle(new Request("/metrics", null, null))
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .toList();
    }
}
