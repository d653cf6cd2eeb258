package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SameClusterGroups;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.settings.Settings;
import java.time.Clock;
import org.apache.camel.spi.Registry;

/**
 * The beans of this package.
 *
 * @param settings the settings
 * @param clock the clock
 * @param profiles the informer's ClusterProfiles
 * @param secrets the informer's managed Secrets
 * @param clusters the informer's SveltosClusters
 * @param groups the profiles of each cluster
 */
public record SveltosBeans(
        Settings settings,
        Clock clock,
        InformerStore<ClusterProfile, ClusterProfile> profiles,
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> secrets,
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters,
        SameClusterGroups groups) {

    /**
     * Binds them.
     *
     * @param registry where to
     * @return the limiter of repairs, which also knows whether a conflict may be ongoing
     * @throws IllegalArgumentException if a setting is invalid
     */
    public RepairLimiter bind(Registry registry) {
        OutputOptions options = new OutputOptions(
                settings.text("labels.exclude"),
                settings.text("annotations.include"),
                settings.text("outputs.secret-type"));
        HealthGate gate = new HealthGate(settings.text("health-gate"));
        SveltosClusters sveltosClusters = new SveltosClusters(clusters, options, gate);
        AuthoritySecrets authoritySecrets = new AuthoritySecrets(secrets);
        ManagedSecrets managedSecrets =
                new ManagedSecrets(secrets, sveltosClusters, options, clock, settings.duration("refresh.min-interval"));
        RepairLimiter repairs = new RepairLimiter(
                options, settings.number("outputs.repair-burst"), settings.duration("outputs.repair-interval"), clock);
        boolean seesAll = settings.text("selector").isEmpty()
                && settings.text("watch-namespaces").isEmpty();
        registry.bind("managedMetadata", new ManagedMetadata());
        registry.bind("ownership", new Ownership());
        registry.bind("managedSecrets", managedSecrets);
        registry.bind("authoritySecrets", authoritySecrets);
        registry.bind("sveltosClusters", sveltosClusters);
        registry.bind("healthGate", gate);
        registry.bind("outputs", new Outputs(managedSecrets, authoritySecrets, sveltosClusters));
        registry.bind("dueCredentials", new DueCredentials(managedSecrets, clock, settings.duration("sync-period")));
        registry.bind("fieldOwnershipMigration", new FieldOwnershipMigration(options));
        registry.bind("orphanDetector", new OrphanDetector(profiles, secrets, clusters, seesAll));
        registry.bind(
                "sameCluster",
                new SameCluster(groups, sveltosClusters, settings.duration("same-cluster.takeover-timeout"), clock));
        registry.bind("repairLimiter", repairs);
        return repairs;
    }
}
