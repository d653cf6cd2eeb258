package io.projectsveltos.clusterinventory.reconcile;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.credential.CredentialFactory;
import io.projectsveltos.clusterinventory.credential.secretreader.KubeconfigSecretReader;
import io.projectsveltos.clusterinventory.credential.secretreader.SourceSecretIndex;
import io.projectsveltos.clusterinventory.credential.secretreader.TokenSecrets;
import io.projectsveltos.clusterinventory.hooks.Decorator;
import io.projectsveltos.clusterinventory.hooks.Notifications;
import io.projectsveltos.clusterinventory.registration.Registrations;
import io.projectsveltos.clusterinventory.registration.Rules;
import io.projectsveltos.clusterinventory.sveltos.AuthoritySecrets;
import io.projectsveltos.clusterinventory.sveltos.FieldOwnershipMigration;
import io.projectsveltos.clusterinventory.sveltos.HealthGate;
import io.projectsveltos.clusterinventory.sveltos.ManagedSecrets;
import io.projectsveltos.clusterinventory.sveltos.Outputs;
import io.projectsveltos.clusterinventory.sveltos.RepairLimiter;
import io.projectsveltos.clusterinventory.sveltos.SameCluster;
import io.projectsveltos.clusterinventory.sveltos.SveltosClusters;
import org.apache.camel.spi.Registry;

/**
 * The beans of this package.
 *
 * @param profiles the informer's ClusterProfiles
 * @param selector selects their access providers
 */
public record ReconcileBeans(InformerStore<ClusterProfile, ClusterProfile> profiles, AccessProviderSelector selector) {

    /**
     * Binds them.
     *
     * @param registry where to, with the beans of the credentials and of the outputs
     */
    public void bind(Registry registry) {
        registry.bind("accessProviderSelector", selector);
        registry.bind(
                "reconcileState",
                new ReconcileState(
                        profiles,
                        selector,
                        registry.findSingleByType(KubeconfigSecretReader.class),
                        registry.findSingleByType(SourceSecretIndex.class),
                        registry.findSingleByType(TokenSecrets.class),
                        registry.findSingleByType(CredentialFactory.class),
                        registry.findSingleByType(Registrations.class),
                        registry.findSingleByType(Rules.class),
                        registry.findSingleByType(ManagedSecrets.class),
                        registry.findSingleByType(Outputs.class),
                        registry.findSingleByType(SameCluster.class),
                        registry.findSingleByType(HealthGate.class),
                        registry.findSingleByType(SveltosClusters.class),
                        registry.findSingleByType(Decorator.class)));
        registry.bind("syncedHook", new SyncedHook(registry.findSingleByType(Notifications.class)));
        registry.bind(
                "upsertPlanner",
                new UpsertPlanner(
                        registry.findSingleByType(ManagedSecrets.class),
                        registry.findSingleByType(AuthoritySecrets.class),
                        registry.findSingleByType(SveltosClusters.class),
                        registry.findSingleByType(Outputs.class),
                        registry.findSingleByType(RepairLimiter.class),
                        registry.findSingleByType(FieldOwnershipMigration.class)));
    }
}
