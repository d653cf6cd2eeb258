package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.component.kubernetes.FilledStore;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.time.Clock;
import java.time.Duration;

/** Outputs for tests of other packages. */
public final class TestOutputs {

    private TestOutputs() {}

    /** Of these SveltosClusters, without managed Secrets. */
    public static Outputs of(InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusters) {
        OutputOptions options = new OutputOptions("", "", "Opaque");
        SveltosClusters sveltosClusters = new SveltosClusters(clusters, options, new HealthGate("off"));
        return new Outputs(
                new ManagedSecrets(FilledStore.of(), sveltosClusters, options, Clock.systemUTC(), Duration.ZERO),
                new AuthoritySecrets(FilledStore.of()),
                sveltosClusters);
    }
}
