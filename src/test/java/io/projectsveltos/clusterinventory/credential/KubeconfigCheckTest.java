package io.projectsveltos.clusterinventory.credential;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.projectsveltos.clusterinventory.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

public class KubeconfigCheckTest {

    private static String withUser(String user) {
        return "clusters: [{name: c, cluster: {server: https://member.example}}]\nusers: [{name: u, user: " + user
                + "}]\n";
    }

    /** Kubeconfigs that Sveltos' pods had better not use; {@code s3cr3t} in them is nothing for an Event. */
    public static Stream<Named<String>> doubtfulKubeconfigs() {
        return Stream.of(
                Named.of("exec", withUser("{exec: {command: s3cr3t}}")),
                Named.of("auth-provider", withUser("{auth-provider: {name: s3cr3t}}")),
                Named.of("tokenFile", withUser("{tokenFile: /s3cr3t}")),
                Named.of("client-certificate", withUser("{client-certificate: /s3cr3t}")),
                Named.of("client-key", withUser("{client-key: /s3cr3t}")),
                Named.of(
                        "certificate-authority",
                        "clusters: [{name: c, cluster: {certificate-authority: /s3cr3t}}]\nusers: []\n"),
                Named.of("in the second user", "clusters: []\nusers: [{name: a}, {user: {exec: {command: s3cr3t}}}]\n"),
                Named.of("in JSON", "{\"clusters\":[],\"users\":[{\"user\":{\"tokenFile\":\"/s3cr3t\"}}]}"),
                Named.of("no YAML", "s3cr3t: ["),
                Named.of("no kubeconfig", "s3cr3t"),
                Named.of("no list of users", "clusters: []\ntoken: s3cr3t\n"));
    }

    @ParameterizedTest
    @MethodSource("doubtfulKubeconfigs")
    void findsWhatIsDoubtful(String kubeconfig) {
        assertNotNull(fault(kubeconfig));
    }

    @ParameterizedTest
    @MethodSource("doubtfulKubeconfigs")
    void quotesNoValue(String kubeconfig) {
        assertFalse(fault(kubeconfig).contains("s3cr3t"));
    }

    @Test
    void findsNothingInAKubeconfigThatHoldsAllItNeeds() {
        assertNull(fault(Fixtures.KUBECONFIG));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{token: t}",
                "{client-certificate-data: YQ==, client-key-data: YQ==}",
                "{username: u, password: p}",
                "{exec: null}",
                "{}"
            })
    void findsNothingInEmbeddedCredentials(String user) {
        assertNull(fault(withUser(user)));
    }

    private static String fault(String kubeconfig) {
        return KubeconfigCheck.findFault(kubeconfig.getBytes(StandardCharsets.UTF_8));
    }
}
