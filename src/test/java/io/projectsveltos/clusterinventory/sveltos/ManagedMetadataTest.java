package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagedMetadataTest {

    @ParameterizedTest
    @CsvSource({
        "member-sveltos-kubeconfig, fleet/member",
        "member-sveltos-kubeconfig-sveltos-kubeconfig, fleet/member-sveltos-kubeconfig",
        "member,",
        "-sveltos-kubeconfig,"
    })
    void namesTheProfileOfAManagedSecret(String secret, String expected) {
        assertEquals(
                expected,
                ManagedMetadata.profileOfSecret(
                        Fixtures.metadata(Fixtures.NAMESPACE, secret).build()));
    }

    @ParameterizedTest
    @CsvSource({"member, fleet/member", "member-sveltos-kubeconfig, fleet/member-sveltos-kubeconfig"})
    void namesTheProfileOfASveltosCluster(String cluster, String expected) {
        assertEquals(
                expected,
                ManagedMetadata.profileOfSveltosCluster(
                        Fixtures.metadata(Fixtures.NAMESPACE, cluster).build()));
    }

    @Test
    void acceptsTheLongestNameThatLeavesRoomForTheSecretSuffix() {
        ManagedMetadata.validateName(profile().named("n".repeat(234)).build());
    }

    @Test
    void refusesALongerName() {
        ClusterProfile longer = profile().named("n".repeat(235)).build();

        ReconcileFailure refusal = assertThrows(ReconcileFailure.class, () -> ManagedMetadata.validateName(longer));

        assertEquals(Reason.InvalidName, refusal.getReason());
        assertEquals(
                "The profile name is longer than 234 characters, which leaves no room for the Secret suffix"
                        + " -sveltos-kubeconfig. Recreate the profile with a shorter name.",
                refusal.getMessage());
    }
}
