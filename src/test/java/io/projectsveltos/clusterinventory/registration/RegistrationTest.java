package io.projectsveltos.clusterinventory.registration;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {

    private static final String SERVER = "https://member.example:6443";

    private final ClusterProfile profile = profile()
            .labelled("region", "eu-1")
            .status(
                    "properties",
                    List.of(Map.of("name", "role", "value", "arn:r"), Map.of("name", "empty", "value", " ")))
            .status("version", Map.of("kubernetes", "v1.33.1"))
            .build();

    @ParameterizedTest
    @CsvSource({
        "fixed, fixed",
        "$(server), https://member.example:6443",
        "$(extension:clusterName), member-1",
        "$(property:role), arn:r",
        "$(label:region), eu-1",
        "$(version), v1.33.1",
        "$(clusterManager), manager",
        "$(namespace)/$(name), fleet/member",
        "a-$(name)-$(label:region)-z, a-member-eu-1-z",
        "$$(name), $(name)",
        "$$(name)$(name), $(name)member",
        "5$, 5$"
    })
    void takesFieldsOfTheProfile(String value, String expected) {
        assertEquals(
                Map.of("clusterName", expected), resolve(value, entry()).spec().get("aws"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$(extension:other)",
                "$(extension:number)",
                "$(property:other)",
                "$(property:empty)",
                "$(label:other)"
            })
    void refusesAProfileWithoutTheField(String reference) {
        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> resolve("prefix-" + reference, entry()));

        assertEquals(Reason.InvalidAccessProvider, failure.getReason());
        assertTrue(
                failure.getMessage()
                        .startsWith("The access provider eks lacks " + reference
                                + ", which the registration file needs for aws.clusterName: "),
                failure::getMessage);
    }

    @Test
    void hasTheServerAsEndpointAndNoAuthorityUnlessOneIsGiven() {
        WorkloadIdentity identity = resolve("c", entry());

        assertEquals(Map.of("provider", "AWS", "endpoint", SERVER, "aws", Map.of("clusterName", "c")), identity.spec());
        assertNull(identity.authority());
    }

    @Test
    void hasTheAuthorityInTheFormOfTheApi() {
        assertEquals(
                "YWJj",
                resolve("c", entry("certificate-authority-data", "YW\nJj\n")).authority());
    }

    @ParameterizedTest
    @CsvSource({
        "proxy-url, http://proxy.example, has proxy-url",
        "tls-server-name, other.example, has tls-server-name",
        "server, http://member.example, does not begin with https://",
        "server, member.example:6443, does not begin with https://"
    })
    void refusesWhatSveltosWouldIgnoreOrSendInPlainText(String field, String value, String fault) {
        assertRefused(entry(field, value), fault);
    }

    @Test
    void refusesAConnectionThatIsNotVerified() {
        assertRefused(entry("insecure-skip-tls-verify", true), "has insecure-skip-tls-verify");
        assertEquals(
                "c",
                ((Map<?, ?>) resolve("c", entry("insecure-skip-tls-verify", false))
                                .spec()
                                .get("aws"))
                        .get("clusterName"));
    }

    private void assertRefused(AccessProvider entry, String fault) {
        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> resolve("c", entry));

        assertEquals(Reason.InvalidAccessProvider, failure.getReason());
        assertTrue(failure.getMessage().contains(fault), failure::getMessage);
    }

    private WorkloadIdentity resolve(String clusterName, AccessProvider entry) {
        return new Registration("eks", CloudProvider.AWS, Map.of("clusterName", ProfileTemplate.parse(clusterName)))
                .resolve(profile, entry);
    }

    private static AccessProvider entry() {
        return entry("server", SERVER);
    }

    private static AccessProvider entry(String field, Object value) {
        Map<String, Object> cluster = new HashMap<>(Map.of(
                "server",
                SERVER,
                "extensions",
                List.of(Map.of(
                        "name",
                        AccessProvider.EXEC_EXTENSION,
                        "extension",
                        Map.of("clusterName", "member-1", "number", 5)))));
        cluster.put(field, value);
        return new AccessProvider("eks", cluster);
    }
}
