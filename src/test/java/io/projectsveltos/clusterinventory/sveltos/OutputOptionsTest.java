package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputOptionsTest {

    private static final Map<String, String> OURS = Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER);

    @ParameterizedTest
    @CsvSource({
        "env, env, true",
        "env, environment, false",
        "argocd.argoproj.io/*, argocd.argoproj.io/instance, true",
        "argocd.argoproj.io/*, argocdXargoproj.io/instance, false",
        "argocd.argoproj.io/*, my.argocd.argoproj.io/instance, false",
        "'a, argocd.argoproj.io/* ,b', argocd.argoproj.io/instance, true",
        "*.fluxcd.io/*, helm.toolkit.fluxcd.io/name, true",
        "*.fluxcd.io/*, fluxcd.io/name, false",
        "*, anything, true",
        "'', anything, false",
        "',', anything, false"
    })
    void excludesLabelsByPatterns(String patterns, String label, boolean excluded) {
        ClusterProfile labelled = profile().labelled(label, "value").build();
        OutputOptions options = new OutputOptions(patterns, "", "Opaque");

        assertEquals(!excluded, options.labels(labelled).containsKey(label));
        assertEquals(excluded ? Set.of(label) : Set.of(), options.excludedLabels(labelled));
    }

    @Test
    void neverExcludesOurLabel() {
        ClusterProfile odd =
                profile().labelled(ManagedMetadata.MANAGED_BY, "somebody").build();
        OutputOptions options = new OutputOptions("*", "", "Opaque");

        assertEquals(OURS, options.labels(odd));
        assertEquals(Set.of(), options.excludedLabels(odd));
    }

    @Test
    void includesNoAnnotationByDefault() {
        assertEquals(Map.of(), annotations("", Map.of("a", "b")));
    }

    @Test
    void includesAnnotationsByPatterns() {
        assertEquals(
                Map.of("sharding.projectsveltos.io/key", "a"),
                annotations("sharding.projectsveltos.io/*", Map.of("sharding.projectsveltos.io/key", "a", "b", "c")));
    }

    @Test
    void neverIncludesOurAnnotationsNorTheLastApply() {
        assertEquals(
                Map.of("a", "b"),
                annotations(
                        "*",
                        Map.of(
                                "a",
                                "b",
                                ManagedMetadata.DISPLAY_NAME,
                                "forged",
                                "kubectl.kubernetes.io/last-applied-configuration",
                                "{}")));
    }

    @Test
    void keepsTheDisplayNameWhenAnAnnotationHasItsName() {
        ClusterProfile profile = profile()
                .displayed("Member")
                .metadata("annotations", Map.of(ManagedMetadata.DISPLAY_NAME, "forged"))
                .build();

        assertEquals(
                Map.of(ManagedMetadata.DISPLAY_NAME, "Member"),
                new OutputOptions("", "*", "Opaque").annotations(profile));
    }

    @ParameterizedTest
    @ValueSource(strings = {"env=prod", "a b", "label!", "env,(a|b)"})
    void refusesAPatternThatMatchesNoName(String patterns) {
        IllegalArgumentException labels =
                assertThrows(IllegalArgumentException.class, () -> new OutputOptions(patterns, "", "Opaque"));
        assertThrows(IllegalArgumentException.class, () -> new OutputOptions("", patterns, "Opaque"));

        assertTrue(labels.getMessage().startsWith("labels.exclude has '"), labels.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Opaque", "addons.projectsveltos.io/cluster-profile", "kubeconfig", "example.com/a.b_c"})
    void acceptsAQualifiedNameAsSecretType(String type) {
        assertEquals(type.equals("Opaque") ? null : type, new OutputOptions("", "", type).secretType());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a/b/c",
                "-a",
                "UPPER.example.com/a",
                "kubernetes.io/tls",
                "kubernetes.io/service-account-token",
                "kubernetes.io/anything",
                "bootstrap.kubernetes.io/token"
            })
    void refusesInvalidTypesAndThoseOfKubernetes(String type) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> new OutputOptions("", "", type));

        assertTrue(refusal.getMessage().startsWith("outputs.secret-type is '" + type + "'"), refusal.getMessage());
    }

    private static Map<String, String> annotations(String patterns, Map<String, String> annotations) {
        return new OutputOptions("", patterns, "Opaque")
                .annotations(profile().metadata("annotations", annotations).build());
    }
}
