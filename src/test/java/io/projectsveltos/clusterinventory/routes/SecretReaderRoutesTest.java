package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Renewal;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretReaderRoutesTest extends RouteTest {

    @Test
    void copiesTheValueByteForByte() {
        byte[] value = (Fixtures.KUBECONFIG + "# \u00fc\r\n\0").getBytes(StandardCharsets.ISO_8859_1);
        given(profile().build());
        givenSource(Fixtures.sourceSecret("5", Fixtures.SOURCE_KEY, value));

        reconcile();

        assertArrayEquals(value, copied());
    }

    @Test
    void readsTheSecretThatTheProfileNames() {
        given(profile()
                .reading(Map.of("name", "admin", "key", "value", "namespace", "vault"))
                .build());

        reconcile();

        PartialObjectMetadata secret =
                (PartialObjectMetadata) edges.sentBy("get-source-secret").body();
        assertEquals("vault/admin", ObjectKey.of(secret).toString());
    }

    @Test
    void readsNothingWhileTheCopyIsUpToDate() {
        givenOutputs();

        reconcile();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void copiesAChangedSource() {
        givenOutputs();
        givenSource(Fixtures.sourceSecret("6", Fixtures.KUBECONFIG + "# rotated\n"));

        reconcile();

        assertArrayEquals((Fixtures.KUBECONFIG + "# rotated\n").getBytes(StandardCharsets.UTF_8), copied());
    }

    @Test
    void copiesAnUnchangedSourceOncePerValueOfTheAnnotation() {
        givenOutputs();
        given(profile().metadata("annotations", Map.of(Renewal.ANNOTATION, "1")).build());

        reconcile();
        assertEquals(List.of("get-source-secret", "apply-secret"), edges.steps().subList(0, 2));
        edges.forget();
        reconcile();

        assertEquals(List.of(), edges.steps());
    }

    static Stream<Map<String, String>> otherReferences() {
        return Stream.of(
                Map.of("name", Fixtures.SOURCE_NAME, "key", "other"),
                Map.of("name", Fixtures.SOURCE_NAME, "key", Fixtures.SOURCE_KEY, "context", "context"));
    }

    @ParameterizedTest
    @MethodSource("otherReferences")
    void readsTheSourceAgainWhenTheProfileNamesAnotherKeyOrContext(Map<String, String> reference) {
        givenOutputs();
        given(profile().reading(reference).build());

        reconcile();

        assertEquals("get-source-secret", edges.steps().get(0));
    }

    @Test
    void repairsACopyThatSomebodyChanged() {
        givenOutputs();
        PartialObjectMetadata copy = managedSecrets.get(Fixtures.NAMESPACE + "/" + Fixtures.MANAGED_SECRET);
        Map<String, Object> metadataOfCopy =
                Map.of("metadata", Map.of("labels", copy.labels(), "annotations", copy.annotations()));
        givenManagedSecret(managedSecret()
                .with(metadataOfCopy)
                .owned("clusterinventory-camel", "Apply", metadataOfCopy)
                .owned("kubectl-edit", "Update", Map.of("data", Map.of("kubeconfig", "")))
                .build());

        reconcile();

        assertEquals(List.of("get-source-secret", "apply-secret"), edges.steps().subList(0, 2));
    }

    @Test
    void writesNothingWhenTheSourceIsTheSameAfterAll() {
        givenOutputs();
        Informers.remove(sourceSecretVersions, Fixtures.NAMESPACE + "/" + Fixtures.SOURCE_NAME);

        reconcile();

        assertEquals(List.of("get-source-secret"), edges.steps());
    }

    @ParameterizedTest
    @MethodSource(
            "io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigValidatorTest#doubtfulKubeconfigs")
    void copiesADoubtfulKubeconfigWithAWarning(String kubeconfig) {
        given(profile().build());
        givenSource(Fixtures.sourceSecret("5", kubeconfig));

        reconcile();

        assertArrayEquals(kubeconfig.getBytes(StandardCharsets.UTF_8), copied());
        assertEquals(List.of(Reason.UnsafeKubeconfig, Reason.Synced), reportedReasons());
        assertFalse(reportedEvents().get(0).message().contains("s3cr3t"), "warning without the value");
    }

    @ParameterizedTest
    @MethodSource("io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigValidatorTest#fatalKubeconfigs")
    void refusesAKubeconfigThatMayLeadToSveltosOwnCluster(String kubeconfig) {
        givenOutputs();
        givenSource(Fixtures.sourceSecret("6", kubeconfig));

        reconcile();

        assertEquals(List.of("get-source-secret", "queue-warning-event"), edges.steps());
        assertEquals(List.of(Reason.SourceSecretInvalid), reportedReasons());
        assertFalse(reportedEvents().get(0).message().contains("s3cr3t"), "warning without the value");
    }

    @Test
    void setsTheContextThatTheProfileNames() {
        given(profile()
                .reading(Map.of("name", Fixtures.SOURCE_NAME, "key", Fixtures.SOURCE_KEY, "context", "other"))
                .build());
        givenSource(Fixtures.sourceSecret(
                "5",
                Fixtures.KUBECONFIG.replace(
                        "contexts:", "contexts:\n- {name: other, context: {cluster: cluster, user: user}}")));

        reconcile();

        assertTrue(new String(copied(), StandardCharsets.UTF_8).contains("current-context: \"other\""));
    }

    private byte[] copied() {
        return edges.sentBy("apply-secret").kubeconfig();
    }
}
