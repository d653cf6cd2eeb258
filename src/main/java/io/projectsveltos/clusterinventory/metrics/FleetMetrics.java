package io.projectsveltos.clusterinventory.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The state of the fleet, counted from the informers' caches at each scrape. */
public final class FleetMetrics {

    private static final String PREFIX = "projectsveltos.clusterinventory.";

    private final InformerStore<ClusterProfile, ClusterProfile> profiles;
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets;
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters;
    private final Clock clock;
    private final MultiGauge byProvider;
    private final MultiGauge expiry;
    private volatile long expired;

    /**
     * @param secrets the managed Secrets, whose annotations contain provider and expiry
     * @param clusters the SveltosClusters; the annotations of those with workload identity contain the provider
     */
    public FleetMetrics(
            MeterRegistry registry,
            InformerStore<ClusterProfile, ClusterProfile> profiles,
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets,
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters,
            Clock clock) {
        this.profiles = profiles;
        this.secrets = secrets;
        this.clusters = clusters;
        this.clock = clock;
        byProvider = MultiGauge.builder(PREFIX + "profiles")
                .description("Profiles by the access provider of their registration; none without a registration")
                .register(registry);
        expiry = MultiGauge.builder(PREFIX + "credential.expiry")
                .description("Time until the first credential expires; negative once it has expired")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder(PREFIX + "credentials.expired", () -> expired)
                .description("Managed Secrets whose credential has expired")
                .register(registry);
    }

    /** Counts again; called before each scrape. */
    public void refresh() {
        Map<String, Integer> counts = new TreeMap<>();
        profiles.keys().forEach(key -> counts.merge(provider(key), 1, Integer::sum));
        byProvider.register(
                counts.entrySet().stream()
                        .map(count -> Row.of(Tags.of("provider", count.getKey()), count.getValue()))
                        .toList(),
                true);
        Instant now = clock.instant();
        List<Instant> expiries = secrets.values().stream()
                .map(FleetMetrics::expiry)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        expired = expiries.stream().filter(end -> !end.isAfter(now)).count();
        expiry.register(
                expiries.stream()
                        .limit(1)
                        .map(end -> Row.of(Tags.empty(), seconds(Duration.between(now, end))))
                        .toList(),
                true);
    }

    private String provider(String profile) {
        return provider(secrets.get(profile + ManagedMetadata.SECRET_SUFFIX))
                .or(() -> provider(clusters.get(profile)))
                .orElse("none");
    }

    private static Optional<String> provider(PartialObjectMetadata output) {
        return Optional.ofNullable(output)
                .map(object -> object.annotations().get(ManagedMetadata.ACCESS_PROVIDER))
                .filter(provider -> !provider.isEmpty());
    }

    /** Not from milliseconds, which the most distant times overflow. */
    private static double seconds(Duration time) {
        return time.getSeconds() + time.getNano() / 1e9;
    }

    /** Any user may edit annotations; an invalid one must not fail the scrape. */
    private static Instant expiry(PartialObjectMetadata secret) {
        String expiry = secret.annotations().get(ManagedMetadata.EXPIRY);
        try {
            return expiry == null ? null : Instant.parse(expiry);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
