package io.projectsveltos.clusterinventory.clusterprofile;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.ContextAttributes;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.projectsveltos.clusterinventory.component.kubernetes.Json;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterProfileTest {

    private static final KubernetesSerialization CLIENT = new KubernetesSerialization(new ObjectMapper(), false);

    @Test
    void readsWhatTheApiServerSends() throws JsonProcessingException {
        ClusterProfile profile =
                read(profile().labelled("tier", "gold").displayed("Member One").toMap());

        assertEquals(new ObjectKey(Fixtures.NAMESPACE, Fixtures.NAME), profile.getKey());
        assertEquals("Member One", profile.getDisplayName());
        assertEquals(Map.of("tier", "gold"), profile.getLabels());
        assertTrue(profile.isFinalizerSet());
    }

    @Test
    void readsAMinimalProfile() throws JsonProcessingException {
        ClusterProfile profile = CLIENT.unmarshal(
                "{\"kind\":\"ClusterProfile\",\"metadata\":{\"namespace\":\"a\",\"name\":\"b\"}}",
                ClusterProfile.class);

        assertEquals("", profile.getDisplayName());
        assertEquals(Map.of(), profile.getLabels());
        assertEquals(Map.of(), profile.getAccessProviders());
        assertFalse(profile.isFinalizerSet());
        assertFalse(profile.isBeingDeleted());
        assertFalse(profile.isCredentialProvidersUsed());
    }

    @Test
    void keepsTheVersionInWhichItWasRead() {
        assertEquals(
                "multicluster.x-k8s.io/v1alpha2",
                profile().apiVersion("v1alpha2").build().getApiVersion());
    }

    @Test
    void ignoresUnknownFields() {
        ClusterProfile profile = profile()
                .status("conditions", List.of(Map.of("type", "ControlPlaneHealthy")))
                .accessProviders(Map.of("name", "vault", "later", true))
                .metadata("generation", 3)
                .build();

        assertEquals(List.of("vault"), List.copyOf(profile.getAccessProviders().keySet()));
    }

    @ParameterizedTest
    @CsvSource({"True, HEALTHY", "False, UNHEALTHY", "Unknown, UNKNOWN", "'', UNKNOWN"})
    void readsTheHealthOfTheControlPlane(String condition, ControlPlaneHealth expected) {
        assertEquals(expected, profile().healthy(condition).build().getControlPlaneHealth());
    }

    @Test
    void doesNotKnowTheHealthOfAControlPlaneThatIsNotReported() {
        assertEquals(ControlPlaneHealth.UNKNOWN, profile().build().getControlPlaneHealth());
        assertEquals(
                ControlPlaneHealth.UNKNOWN, profile().withoutStatus().build().getControlPlaneHealth());
    }

    /** Each is followed by another field of the status, which has to be found. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "\"text\"",
                "{\"type\": \"ControlPlaneHealthy\", \"status\": \"False\"}",
                "[null, [], [[1]], 1, {}, {\"type\": [\"ControlPlaneHealthy\"], \"status\": {\"a\": [1]}}]"
            })
    void survivesConditionsOfAnotherForm(String conditions) throws JsonProcessingException {
        ClusterProfile profile = CLIENT.unmarshal(
                "{\"kind\": \"ClusterProfile\", \"metadata\": {}, \"status\": {\"conditions\": " + conditions
                        + ", \"accessProviders\": [{\"name\": \"vault\"}]}}",
                ClusterProfile.class);

        assertEquals(ControlPlaneHealth.UNKNOWN, profile.getControlPlaneHealth());
        assertEquals(Set.of("vault"), profile.getAccessProviders().keySet());
    }

    @Test
    void returnsTheAccessProvidersThenTheDeprecatedOnes() {
        ClusterProfile profile = profile()
                .accessProviders(entry("b", "one"), entry("a", "one"))
                .credentialProviders(entry("c", "two"), entry("a", "two"))
                .build();

        assertEquals(
                List.of("b", "a", "c"), List.copyOf(profile.getAccessProviders().keySet()));
    }

    @Test
    void prefersTheEntryThatIsNotDeprecated() {
        ClusterProfile profile = profile()
                .accessProviders(entry("a", "one"))
                .credentialProviders(entry("a", "two"))
                .build();

        assertEquals("one", profile.getAccessProviders().get("a").cluster().get("server"));
    }

    @Test
    void prefersTheFirstOfTwoEntriesWithTheSameName() {
        ClusterProfile profile =
                profile().accessProviders(entry("a", "one"), entry("a", "two")).build();

        assertEquals("one", profile.getAccessProviders().get("a").cluster().get("server"));
    }

    @Test
    void reportsWhetherTheDeprecatedEntriesAreUsed() {
        assertTrue(profile().credentialProviders(entry("a", "x")).build().isCredentialProvidersUsed());
        assertFalse(profile().credentialProviders().build().isCredentialProvidersUsed());
        assertFalse(profile().build().isCredentialProvidersUsed());
    }

    @Test
    void findsAnExtensionByItsName() {
        AccessProvider provider = profile()
                .reading(Map.of("name", "admin", "key", "value"))
                .build()
                .getAccessProviders()
                .get(AccessProviderSelector.SECRET_READER);

        assertEquals(
                Optional.of(Map.of("name", "admin", "key", "value")),
                provider.extension(AccessProvider.EXEC_EXTENSION));
        assertEquals(Optional.empty(), provider.extension("another"));
    }

    @Test
    void findsNoExtensionInInvalidContent() {
        List.of(
                        Map.<String, Object>of(),
                        Map.<String, Object>of("extensions", "text"),
                        Map.<String, Object>of("extensions", List.of("text", List.of())),
                        Map.<String, Object>of("extensions", List.of(Map.of("name", AccessProvider.EXEC_EXTENSION))),
                        Map.<String, Object>of(
                                "extensions",
                                List.of(Map.of("name", AccessProvider.EXEC_EXTENSION, "extension", List.of()))))
                .forEach(cluster -> assertEquals(
                        Optional.empty(),
                        new AccessProvider("a", cluster).extension(AccessProvider.EXEC_EXTENSION),
                        cluster.toString()));
    }

    @Test
    void keepsOnlyWhatIsReadInMemory() {
        ClusterProfile profile = profile()
                .metadata("annotations", Map.of("kubectl.kubernetes.io/last-applied-configuration", "{}"))
                .metadata("managedFields", List.of(Map.of("manager", "kubectl", "operation", "Apply")))
                .build();

        assertTrue(profile.getMetadata().getManagedFields() == null
                || profile.getMetadata().getManagedFields().isEmpty());
        assertEquals(Map.of(), profile.getAnnotations());
    }

    @Test
    void returnsItsAnnotations() {
        assertEquals(
                Map.of("a", "b"),
                profile().metadata("annotations", Map.of("a", "b")).build().getAnnotations());
        assertEquals(Map.of(), profile().build().getAnnotations());
    }

    @Test
    void returnsTheSameAccessProvidersFromALargeStatus() {
        List<String> payload = Collections.nCopies(2_000, "0123456789");
        ClusterProfile profile = profile()
                .accessProviders(Map.of("name", "vault", "cluster", Map.of("server", payload)))
                .build();

        assertFalse(profile.isStatusUnreadable());
        assertEquals(
                payload, profile.getAccessProviders().get("vault").cluster().get("server"));
    }

    @Test
    void keepsNothingOfAStatusThatIsTooLarge() {
        String large = "x".repeat(256 * 1024);
        ClusterProfile profile = profile()
                .accessProviders(
                        Map.of("name", "vault"),
                        Map.of("name", "large", "cluster", Map.of("server", large)),
                        Map.of("name", "later"))
                .healthy("True")
                .displayed("Member One")
                .build();

        assertTrue(profile.isStatusUnreadable());
        assertEquals(ControlPlaneHealth.HEALTHY, profile.getControlPlaneHealth());
        assertEquals(Map.of(), profile.getAccessProviders());
        assertEquals("Member One", profile.getDisplayName());
    }

    @Test
    void usesTheLimitOfTheReader() throws JsonProcessingException {
        String profile = "{\"status\": {\"accessProviders\": [{\"name\": \"vault\"}]}}";

        assertFalse(reader(100).readValue(profile, ClusterProfile.class).isStatusUnreadable());
        assertTrue(reader(10).readValue(profile, ClusterProfile.class).isStatusUnreadable());
    }

    private static ObjectMapper reader(int limit) {
        IntSupplier setting = () -> limit;
        return Json.newMapper()
                .setDefaultAttributes(
                        ContextAttributes.getEmpty().withSharedAttribute(ClusterProfile.MAX_STATUS_BYTES, setting));
    }

    @Test
    void keepsNothingOfAStatusThatIsNestedTooDeeply() throws JsonProcessingException {
        ClusterProfile profile = Json.newMapper()
                .readValue(
                        "{\"status\": {\"accessProviders\": [{\"name\": \"vault\", \"cluster\": {\"x\": "
                                + "[".repeat(3_000) + "]".repeat(3_000) + "}}]}}",
                        ClusterProfile.class);

        assertTrue(profile.isStatusUnreadable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "{\"a\": 1}",
                "[\"vault\"]",
                "[{\"name\": [\"vault\"]}]",
                "[{\"name\": \"vault\", \"cluster\": \"https://member.example\"}]"
            })
    void keepsNothingOfAStatusOfOtherTypes(String accessProviders) throws JsonProcessingException {
        ClusterProfile profile = Json.newMapper().readValue("""
                {"spec": {"displayName": {"a": "b"}},
                 "status": {"accessProviders": %s, "conditions": [{"type": "ControlPlaneHealthy", "status": "True"}]}}
                """.formatted(accessProviders), ClusterProfile.class);

        assertTrue(profile.isStatusUnreadable());
        assertEquals(Map.of(), profile.getAccessProviders());
        assertEquals(ControlPlaneHealth.HEALTHY, profile.getControlPlaneHealth());
        assertEquals("", profile.getDisplayName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "[{\"a\": []}]"})
    void readsTheRestOfAProfileWhoseStatusIsNotAnObject(String status) throws JsonProcessingException {
        ClusterProfile profile = Json.newMapper()
                .readValue(
                        "{\"status\": %s, \"spec\": {\"displayName\": \"a\"}}".formatted(status), ClusterProfile.class);

        assertTrue(profile.isStatusUnreadable());
        assertEquals("a", profile.getDisplayName());
    }

    @Test
    void cutsALongDisplayNameBetweenCharacters() {
        String tooLong = "x".repeat(4_095) + "\ud83d\ude00".repeat(100_000);

        assertEquals("x".repeat(4_095), profile().displayed(tooLong).build().getDisplayName());
        assertEquals(
                "x".repeat(4_096),
                profile().displayed("x".repeat(5_000)).build().getDisplayName());
    }

    @Test
    void ignoresEntriesWithoutAName() {
        ClusterProfile profile = profile()
                .accessProviders(Map.of("cluster", Map.of("server", "https://member.example")), Map.of("name", "vault"))
                .build();

        assertEquals(Set.of("vault"), profile.getAccessProviders().keySet());
    }

    @Test
    void ignoresTheSizeOfTheRestOfAStatus() {
        ClusterProfile profile = profile()
                .accessProviders(Map.of("name", "vault"))
                .status("conditions", List.of(Map.of("message", "x".repeat(2 * 256 * 1024))))
                .build();

        assertFalse(profile.isStatusUnreadable());
        assertEquals(Set.of("vault"), profile.getAccessProviders().keySet());
    }

    @Test
    void keepsOnlyWhatIsReadOfTheRest() {
        ClusterProfile profile = profile()
                .status("properties", List.of(property("region", "eu"), property("zone", "a"), Map.of("name", "odd")))
                .status("version", Map.of("kubernetes", "v1.33.1"))
                .build();

        assertEquals("eu", profile.getProperty("region"));
        assertNull(profile.getProperty("odd"));
        assertNull(profile.getProperty("other"));
        assertEquals("v1.33.1", profile.getKubernetesVersion());
        assertEquals("manager", profile.getClusterManager());
    }

    @Test
    void keepsNothingOfTheRestByDefault() throws JsonProcessingException {
        ClusterProfile profile = read(profile()
                .status("properties", List.of(property("region", "eu")))
                .status("version", Map.of("kubernetes", "v1.33.1"))
                .toMap());

        assertNull(profile.getProperty("region"));
        assertNull(profile.getKubernetesVersion());
        assertNull(profile.getClusterManager());
    }

    @Test
    void keepsPropertiesNextToALargeStatus() {
        ClusterProfile profile = profile()
                .accessProviders(entry("vault", "x".repeat(20_000)))
                .status("properties", List.of(property("region", "eu")))
                .build();

        assertEquals("eu", profile.getProperty("region"));
        assertEquals(Set.of("vault"), profile.getAccessProviders().keySet());
    }

    @Test
    void keepsNoLongPropertiesAndEachNameOnce() {
        ClusterProfile profile = profile()
                .status(
                        "properties",
                        List.of(
                                property("zone", "z".repeat(1_025)),
                                property("region", "eu"),
                                property("region", "us")))
                .status("version", Map.of("kubernetes", "v".repeat(1_025)))
                .build();

        assertNull(profile.getProperty("zone"));
        assertEquals("eu", profile.getProperty("region"));
        assertNull(profile.getKubernetesVersion());
    }

    @Test
    void keepsOnlyAsManyPropertiesAsFit() {
        List<Map<String, String>> all = new ArrayList<>(List.of(property("n".repeat(300_000), "long")));
        for (int i = 0; i < 1_000; i++) {
            all.add(property("property-" + i, "x".repeat(1_000)));
        }
        ClusterProfile profile = profile()
                .accessProviders(Map.of("name", "vault"))
                .status("properties", all)
                .build();

        assertEquals("x".repeat(1_000), profile.getProperty("property-0"));
        assertTrue(profile.getProperties().size() < 300, "256 KiB of them");
        assertEquals(Set.of("vault"), profile.getAccessProviders().keySet());
    }

    private static Map<String, String> property(String name, String value) {
        return Map.of("name", name, "value", value);
    }

    @Test
    void reportsThatItIsBeingDeleted() {
        assertTrue(profile().deletedAt("2026-01-01T00:00:00Z").build().isBeingDeleted());
    }

    @Test
    void doesNotMistakeAnotherFinalizerForItsOwn() {
        assertFalse(profile().finalizers("example.com/other").build().isFinalizerSet());
    }

    private static Map<String, Object> entry(String name, String server) {
        return Map.of("name", name, "cluster", Map.of("server", server));
    }

    private static ClusterProfile read(Map<String, Object> object) throws JsonProcessingException {
        return CLIENT.unmarshal(new ObjectMapper().writeValueAsString(object), ClusterProfile.class);
    }
}
