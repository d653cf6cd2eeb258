package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.kubernetes.KubernetesConstants;
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

        Map<String, Object> headers = edges.sentBy("get-source-secret").headers();
        assertEquals("vault", headers.get(KubernetesConstants.KUBERNETES_NAMESPACE_NAME));
        assertEquals("admin", headers.get(KubernetesConstants.KUBERNETES_SECRET_NAME));
    }

    @Test
    void readsNothingWhileTheCopyIsUpToDate() {
        givenACopyOf(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));

        reconcile();

        assertEquals(List.of(), edges.steps());
    }

    @Test
    void copiesAChangedSource() {
        givenACopyOf(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
        givenSource(Fixtures.sourceSecret("6", Fixtures.KUBECONFIG + "# rotated\n"));

        reconcile();

        assertArrayEquals((Fixtures.KUBECONFIG + "# rotated\n").getBytes(StandardCharsets.UTF_8), copied());
    }

    @Test
    void readsTheSourceAgainWhenTheProfileNamesAnotherKey() {
        givenACopyOf(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
        given(profile()
                .reading(Map.of("name", Fixtures.SOURCE_NAME, "key", "other"))
                .build());

        reconcile();

        assertEquals("get-source-secret", edges.steps().get(0));
    }

    @Test
    void repairsACopyThatSomebodyChanged() {
        givenACopyOf(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
        PartialObjectMetadata copy = managedSecrets.get(Fixtures.NAMESPACE + "/" + Fixtures.MANAGED_SECRET);
        Map<String, Object> metadataOfCopy =
                Map.of("metadata", Map.of("labels", copy.labels(), "annotations", copy.annotations()));
        givenManagedSecret(Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.MANAGED_SECRET)
                .with(metadataOfCopy)
                .owned("clusterinventory-camel", "Apply", metadataOfCopy)
                .owned("kubectl-edit", "Update", Map.of("data", Map.of("kubeconfig", "")))
                .build());

        reconcile();

        assertEquals(List.of("get-source-secret", "apply-secret"), edges.steps().subList(0, 2));
    }

    @Test
    void writesNothingWhenTheSourceIsTheSameAfterAll() {
        givenACopyOf(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
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
        givenACopyOf(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
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

    @Test
    void readsTheSourceAgainWhenTheProfileNamesAnotherContext() {
        givenACopyOf(Fixtures.sourceSecret("5", Fixtures.KUBECONFIG));
        given(profile()
                .reading(Map.of("name", Fixtures.SOURCE_NAME, "key", Fixtures.SOURCE_KEY, "context", "context"))
                .build());

        reconcile();

        assertEquals("get-source-secret", edges.steps().get(0));
    }

    private void givenACopyOf(Secret source) {
        given(profile().build());
        givenSource(source);
        reconcile();
        edges.forget();
    }

    private byte[] copied() {
        return edges.sentBy("apply-secret").kubeconfig();
    }
}
