package io.projectsveltos.clusterinventory.credential;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * Builds a kubeconfig of a profile's cluster and a credential. It has everything in it: nothing that Sveltos would have to
 * run or to read.
 */
public final class KubeconfigBuilder {

    // the names are the Go controller's
    private static final String CLUSTER = "cluster";
    private static final String USER = "user";
    private static final String CONTEXT = "context";

    private final KubernetesSerialization yaml = new KubernetesSerialization(new ObjectMapper(), false);

    /**
     * Builds a kubeconfig.
     *
     * @param entry the profile's entry of the access provider
     * @param credential the credential, checked
     * @return the kubeconfig and when it expires
     * @throws TerminalException when the entry has no server, or names files
     */
    public Kubeconfig build(@ExchangeProperty("accessProvider") AccessProvider entry, @Body ExecCredential credential) {
        Config config = new ConfigBuilder()
                .withApiVersion("v1")
                .withKind("Config")
                .addNewCluster()
                .withName(CLUSTER)
                .withCluster(cluster(entry))
                .endCluster()
                .addNewUser()
                .withName(USER)
                .withUser(user(credential.status()))
                .endUser()
                .addNewContext()
                .withName(CONTEXT)
                .withNewContext()
                .withCluster(CLUSTER)
                .withUser(USER)
                .endContext()
                .endContext()
                .withCurrentContext(CONTEXT)
                .build();
        return new Kubeconfig(
                yaml.asYaml(config).getBytes(StandardCharsets.UTF_8), ExecCredentials.expiry(credential.status()));
    }

    private static Cluster cluster(AccessProvider entry) {
        Map<String, Object> given = entry.cluster();
        if (!(given.get("server") instanceof String server) || server.isBlank()) {
            throw invalid(entry, "has no server");
        }
        if (given.get("certificate-authority") instanceof String file && !file.isEmpty()) {
            throw invalid(
                    entry,
                    "has certificate-authority, a file that Sveltos' pods have not: give certificate-authority-data");
        }
        Cluster cluster = new Cluster();
        cluster.setServer(server);
        cluster.setCertificateAuthorityData(text(entry, "certificate-authority-data"));
        cluster.setTlsServerName(text(entry, "tls-server-name"));
        cluster.setProxyUrl(text(entry, "proxy-url"));
        cluster.setInsecureSkipTlsVerify(onlyIfTrue(given.get("insecure-skip-tls-verify")));
        cluster.setDisableCompression(onlyIfTrue(given.get("disable-compression")));
        return cluster;
    }

    private static String text(AccessProvider entry, String field) {
        Object value = entry.cluster().get(field);
        if (value != null && !(value instanceof String)) {
            throw invalid(entry, "has a " + field + " that is no text");
        }
        return (String) value;
    }

    private static AuthInfo user(ExecCredential.Status status) {
        AuthInfo user = new AuthInfo();
        user.setToken(status.token() == null || status.token().isEmpty() ? null : status.token());
        user.setClientCertificateData(encoded(status.clientCertificateData()));
        user.setClientKeyData(encoded(status.clientKeyData()));
        return user;
    }

    private static Boolean onlyIfTrue(Object value) {
        return Boolean.TRUE.equals(value) ? Boolean.TRUE : null;
    }

    private static String encoded(String pem) {
        return pem == null || pem.isEmpty()
                ? null
                : Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    private static TerminalException invalid(AccessProvider entry, String what) {
        return new TerminalException(Reason.InvalidAccessProvider, "The access provider " + entry.name() + " " + what);
    }
}
