package io.projectsveltos.clusterinventory.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialFactoryTest {

    private static final AccessProvider ENTRY = new AccessProvider("route", Map.of("server", "https://one"));

    private final CredentialFactory credentials = new CredentialFactory(null, provider -> "", null);

    /** For a source Secret that is a setting; a plugin or a route has no reason to return one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server: https://one                                    | exec: {command: sh}    | 'exec'
            server: https://one                                    | tokenFile: /run/token  | 'tokenFile'
            server: https://one                                    | client-key: /run/key   | 'client-key'
            server: https://one, certificate-authority: /run/ca    | token: t0ken           | 'certificate-authority'
            proxy-url: https://one                                 | token: t0ken           | leads to no server
            """)
    void refusesAKubeconfigThatSveltosWouldRunOrReadSomethingFor(String cluster, String user, String fault) {
        byte[] kubeconfig = Fixtures.kubeconfig(cluster, user);

        ReconcileFailure failure = assertThrows(
                ReconcileFailure.class,
                () -> credentials.create(ENTRY, "fingerprint", false, new Kubeconfig(kubeconfig, null)));

        assertEquals(Reason.InvalidExecCredential, failure.getReason());
        assertTrue(failure.getMessage().contains(fault), failure.getMessage());
    }
}
