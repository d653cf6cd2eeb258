package io.projectsveltos.clusterinventory.wiring;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.secretreader.TokenSecrets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.camel.spi.Registry;

/** The stores that the informers fill. */
record InformerStores(
        InformerStore<ClusterProfile, ClusterProfile> clusterProfiles,
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> managedSecrets,
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> sveltosClusters,
        InformerStore<PartialObjectMetadata, String> sourceSecretVersions) {

    static InformerStores empty(InformerStore<ClusterProfile, ClusterProfile> clusterProfiles) {
        return new InformerStores(
                clusterProfiles,
                InformerStore.ofObjects(),
                InformerStore.ofObjects(),
                InformerStore.ofVersions(TokenSecrets::indexValue));
    }

    void bind(Registry registry) {
        registry.bind("clusterProfiles", clusterProfiles);
        registry.bind("managedSecretStore", managedSecrets);
        registry.bind("sveltosClusterStore", sveltosClusters);
        registry.bind("sourceSecretVersions", sourceSecretVersions);
    }

    /** Returns once all are filled: with a store that is only half filled, profiles would look as if they had no outputs. */
    void awaitSync() throws InterruptedException {
        try {
            CompletableFuture.allOf(Stream.of(clusterProfiles, managedSecrets, sveltosClusters, sourceSecretVersions)
                            .map(InformerStore::synced)
                            .toArray(CompletableFuture[]::new))
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
