package io.projectsveltos.clusterinventory.sveltos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.component.kubernetes.FilledStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputsTest {

    private static final PartialObjectMetadata[] NONE = {};
    private static final OutputOptions OPTIONS = new OutputOptions("", "", "Opaque");

    @ParameterizedTest
    @CsvSource({
        "ours, ours, true",
        "ours, foreign, true",
        "foreign, ours, true",
        "ours, missing, true",
        "missing, ours, true",
        "foreign, foreign, false",
        "missing, missing, false"
    })
    void existIfTheSecretOrTheSveltosClusterIsOurs(String secret, String cluster, boolean expected) {
        SveltosClusters sveltosClusters =
                new SveltosClusters(FilledStore.of(objects(Fixtures.NAME, cluster)), OPTIONS, new HealthGate("off"));
        ManagedSecrets managedSecrets = new ManagedSecrets(
                FilledStore.of(objects(Fixtures.MANAGED_SECRET, secret)),
                sveltosClusters,
                OPTIONS,
                Clock.systemUTC(),
                Duration.ZERO);

        assertEquals(
                expected,
                new Outputs(managedSecrets, new AuthoritySecrets(FilledStore.of()), sveltosClusters)
                        .hasAny(ObjectKey.parse(Fixtures.KEY)));
    }

    private static PartialObjectMetadata[] objects(String name, String state) {
        Fixtures.Metadata object = Fixtures.metadata(Fixtures.NAMESPACE, name);
        return switch (state) {
            case "ours" -> new PartialObjectMetadata[] {object.ours().build()};
            case "foreign" -> new PartialObjectMetadata[] {object.build()};
            default -> NONE;
        };
    }
}
