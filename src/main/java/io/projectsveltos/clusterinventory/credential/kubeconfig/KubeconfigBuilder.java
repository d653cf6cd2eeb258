package io.projectsveltos.clusterinventory.credential.kubeconfig;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.exec.ExecCredential;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Builds a kubeconfig from a profile's cluster and a credential. It is self-contained: Sveltos has no program to run and no
 * file to read.
 */
public final class KubeconfigBuilder {

    // the same names as in the Go controller
    private static final String CLUSTER = "cluster";
    private static final String USER = "user";
    private static final String CONTEXT = "context";

    private final ClusterEntryValidator entries = new ClusterEntryValidator();
    private final KubernetesSerialization yaml = new KubernetesSerialization(new ObjectMapper(), false);

    /**
     * @param credential as validated
     * @return the kubeconfig, with the expiry of the credential
     * @throws ReconcileFailure when the entry cannot be used, see {@link ClusterEntryValidator}
     */
    public Kubeconfig build(@Variable("accessProvider") AccessProvider entry, @Body ExecCredential credential) {
        entries.validate(entry);
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
                yaml.asYaml(config).getBytes(StandardCharsets.UTF_8),
                credential.status().expiry());
    }

    private static Cluster cluster(AccessProvider entry) {
        Map<String, Object> given = entry.cluster();
        Cluster cluster = new Cluster();
        cluster.setServer((String) given.get("server"));
        cluster.setCertificateAuthorityData((String) given.get("certificate-authority-data"));
        cluster.setTlsServerName((String) given.get("tls-server-name"));
        cluster.setProxyUrl((String) given.get("proxy-url"));
        cluster.setInsecureSkipTlsVerify(onlyIfTrue(given.get("insecure-skip-tls-verify")));
        cluster.setDisableCompression(onlyIfTrue(given.get("disable-compression")));
        return cluster;
    }

    private static AuthInfo user(ExecCredential.Status status) {
        AuthInfo user = new AuthInfo();
        user.setToken(status.token().isEmpty() ? null : status.token());
        user.setClientCertificateData(encoded(status.clientCertificateData()));
        user.setClientKeyData(encoded(status.clientKeyData()));
        return user;
    }

    private static Boolean onlyIfTrue(Object value) {
        return Boolean.TRUE.equals(value) ? Boolean.TRUE : null;
    }

    private static String encoded(String pem) {
        return pem.isEmpty() ? null : Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }
}
