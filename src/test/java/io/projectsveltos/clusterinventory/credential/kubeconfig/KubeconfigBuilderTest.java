package io.projectsveltos.clusterinventory.credential.kubeconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.Config;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import io.projectsveltos.clusterinventory.credential.exec.ExecCredential;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigBuilderTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");
    private static final String CERTIFICATE = ClientCertificates.until(END);
    private static final String KEY = ClientCertificates.KEY;
    private static final ExecCredential.Status TOKEN = new ExecCredential.Status("s3cret", "", "", null);

    private final KubeconfigBuilder builder = new KubeconfigBuilder();

    @Test
    void containsExactlyTheFieldsOfTheProfileAndTheCredential() throws Exception {
        String given = """
                server: https://one:6443
                certificate-authority-data: %s
                tls-server-name: name
                proxy-url: http://proxy:3128
                disable-compression: true
                """.formatted(base64(CERTIFICATE));
        Map<String, Object> cluster = new HashMap<>(YAML.readValue(given, new TypeReference<>() {}));
        cluster.put("certificate-authority", "");
        cluster.put("extensions", List.of(Map.of("name", "any", "extension", Map.of("a", "b"))));
        cluster.put("unknown", "x");

        JsonNode built = built(cluster, new ExecCredential.Status("s3cret", CERTIFICATE, KEY, null));

        assertEquals(YAML.readTree("""
                        apiVersion: v1
                        kind: Config
                        current-context: context
                        contexts: [{name: context, context: {cluster: cluster, user: user}}]
                        clusters: [{name: cluster, cluster: %s}]
                        users: [{name: user, user: {token: s3cret, client-certificate-data: %s, client-key-data: %s}}]
                        """.formatted(YAML.readTree(given), base64(CERTIFICATE), base64(KEY))), built);
    }

    @Test
    void leavesOutAbsentFields() throws Exception {
        JsonNode built = built(Map.of("server", "https://one", "insecure-skip-tls-verify", false), TOKEN);

        assertEquals(YAML.readTree("server: https://one"), built.at("/clusters/0/cluster"));
        assertEquals(YAML.readTree("token: s3cret"), built.at("/users/0/user"));
    }

    @Test
    void isReadBackByAClient() {
        Map<String, Object> cluster =
                Map.of("server", "https://one:6443/", "tls-server-name", "name", "proxy-url", "http://proxy:3128");
        ExecCredential credential = credential(new ExecCredential.Status("s3cret", CERTIFICATE, KEY, null));

        byte[] kubeconfig = builder.build(entry(cluster), credential).content();

        Config config = Config.fromKubeconfig(new String(kubeconfig, StandardCharsets.UTF_8));

        assertEquals("https://one:6443/", config.getMasterUrl());
        assertEquals("s3cret", config.getAutoOAuthToken());
        assertEquals(base64(KEY), config.getClientKeyData());
        assertEquals("context", config.getCurrentContext().getName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes: no", "a: b # c", "- x", "'\"", "{{x}}", "007", "null"})
    void keepsATokenAStringEvenIfItLooksLikeAnotherType(String token) throws Exception {
        JsonNode built = built(Map.of("server", "https://one"), new ExecCredential.Status(token, "", "", null));

        assertEquals(YAML.getNodeFactory().textNode(token), built.at("/users/0/user/token"));
    }

    @Test
    void keepsInsecureSkipTlsVerify() throws Exception {
        JsonNode built = built(Map.of("server", "https://one", "insecure-skip-tls-verify", true), TOKEN);

        assertEquals(
                YAML.readTree("{server: 'https://one', insecure-skip-tls-verify: true}"),
                built.at("/clusters/0/cluster"));
    }

    @Test
    void expiresWithItsCredential() {
        ExecCredential credential = credential(new ExecCredential.Status("s3cret", "", "", END));

        assertEquals(
                END,
                builder.build(entry(Map.of("server", "https://one")), credential)
                        .expiry());
    }

    @Test
    void buildsAValidKubeconfig() {
        Map<String, Object> cluster =
                Map.of("server", "https://one", "certificate-authority-data", base64(CERTIFICATE));

        byte[] built = builder.build(entry(cluster), credential(new ExecCredential.Status("t", CERTIFICATE, KEY, null)))
                .content();

        assertEquals(Optional.empty(), KubeconfigValidator.validate(built));
    }

    @Test
    void refusesAnInvalidEntry() {
        ReconcileFailure refused =
                assertThrows(ReconcileFailure.class, () -> builder.build(entry(Map.of()), credential(TOKEN)));

        assertEquals(Reason.InvalidAccessProvider, refused.getReason());
        assertTrue(refused.getMessage().contains("has no server"), refused.getMessage());
        assertFalse(refused.getMessage().contains("s3cret"), refused.getMessage());
    }

    private JsonNode built(Map<String, Object> cluster, ExecCredential.Status status) throws Exception {
        return YAML.readTree(builder.build(entry(cluster), credential(status)).content());
    }

    private static AccessProvider entry(Map<String, Object> cluster) {
        return new AccessProvider("test", cluster);
    }

    private static ExecCredential credential(ExecCredential.Status status) {
        return new ExecCredential("client.authentication.k8s.io/v1", "ExecCredential", status);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
