package io.projectsveltos.clusterinventory.credential.kubeconfig;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterEntryValidatorTest {

    private static final String AUTHORITY = Base64.getEncoder()
            .encodeToString(ClientCertificates.until(Instant.parse("2030-01-01T00:00:00Z"))
                    .getBytes(StandardCharsets.UTF_8));

    private final ClusterEntryValidator validator = new ClusterEntryValidator();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{server: 'https://one'}",
                "{server: 'https://one/a path', tls-server-name: x, proxy-url: 'socks5://proxy:1080'}",
                "{server: 'one:6443', disable-compression: true, insecure-skip-tls-verify: true}",
                "{server: 'https://[::1]:6443', certificate-authority: '', certificate-authority-data: ''}",
                "{server: 'https://one', certificate-authority-data: AUTHORITY, insecure-skip-tls-verify: false}",
                "{server: 'https://one', certificate-authority-data: null, insecure-skip-tls-verify: null, more: [1]}"
            })
    void acceptsWhatClientGoDoes(String cluster) {
        assertDoesNotThrow(() -> validator.validate(entry(cluster)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | has no server",
                "{server: ''} | has no server",
                "{server: ' '} | has no server",
                "{server: null} | has no server",
                "{server: 5} | server that is not text",
                "{server: 'https://one:port'} | server that is not a URL",
                "{server: 'https://one two'} | server that is not a URL",
                "{server: 'https://one', certificate-authority: /var/run/ca.crt} | certificate-authority, a file",
                "{server: 'https://one', certificate-authority-data: AUTHORITY, insecure-skip-tls-verify: true}"
                        + " | both certificate-authority-data and insecure-skip-tls-verify",
                "{server: 'https://one', certificate-authority-data: 'a b'} | not base64",
                "{server: 'https://one', certificate-authority-data: YQ} | not base64",
                "{server: 'https://one', certificate-authority-data: YQ==} | without a PEM certificate",
                "{server: 'https://one', certificate-authority-data: [1]} | not text",
                "{server: 'https://one', insecure-skip-tls-verify: 'true'} | not true or false",
                "{server: 'https://one', disable-compression: 1} | not true or false",
                "{server: 'https://one', tls-server-name: {}} | not text",
                "{server: 'https://one', tls-server-name: \"a\\u0085b\"} | tls-server-name with control characters",
                "{server: \"https://one/a\\u0085b\"} | server with control characters",
                "{server: 'https://one', proxy-url: \"http://proxy/a\\u0085b\"} | proxy-url with control characters",
                "{server: 'https://one', proxy-url: 'ftp://proxy'} | proxy-url",
                "{server: 'https://one', proxy-url: 'proxy:3128'} | proxy-url"
            })
    void refusesAnEntryThatNoCredentialMakesUsable(String cluster, String why) {
        ReconcileFailure refused = assertThrows(ReconcileFailure.class, () -> validator.validate(entry(cluster)));

        assertEquals(Reason.InvalidAccessProvider, refused.getReason());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    private static AccessProvider entry(String cluster) {
        try {
            Map<String, Object> fields =
                    new YAMLMapper().readValue(cluster.replace("AUTHORITY", AUTHORITY), new TypeReference<>() {});
            return new AccessProvider("test", fields);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
