package io.projectsveltos.clusterinventory.credential.kubeconfig;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.MemberClients;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.exec.ExecCredential;
import io.projectsveltos.clusterinventory.credential.golang.GoTime;
import io.projectsveltos.clusterinventory.credential.golang.GoYaml;
import io.projectsveltos.clusterinventory.credential.golang.UnreadableException;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Short-lived tokens of ServiceAccounts (TokenRequest), for custom provider routes: of the cluster that a kubeconfig leads
 * to, in exchange for its credential, or of the management cluster. It is the only code that sends requests to a member
 * cluster.
 */
public final class ServiceAccountTokens {

    private final KubeconfigBuilder builder = new KubeconfigBuilder();
    private final Supplier<KubernetesClient> managementCluster;

    /**
     * Connects to nothing yet.
     *
     * @param managementCluster its client, which is not closed here
     */
    public ServiceAccountTokens(Supplier<KubernetesClient> managementCluster) {
        this.managementCluster = managementCluster;
    }

    /**
     * Exchanges a kubeconfig for one with a token of a ServiceAccount.
     *
     * @param kubeconfig what the inventory offers, often an administrator's
     * @param provider the profile's entry
     * @param account {@code namespace/name} of the ServiceAccount
     * @param lifetime as in {@link #request}
     * @return a kubeconfig with the same cluster, and the token as its only credential
     * @throws ReconcileFailure if the kubeconfig has any fault, or the cluster does not return a token
     */
    public Kubeconfig handOver(
            byte[] kubeconfig, @Variable("accessProvider") AccessProvider provider, String account, long lifetime) {
        TokenRequestStatus token = requested(kubeconfig, provider, account, lifetime);
        Instant expiry = OffsetDateTime.parse(token.getExpirationTimestamp()).toInstant();
        return builder.build(
                withCluster(kubeconfig, provider),
                new ExecCredential(null, null, new ExecCredential.Status(token.getToken(), "", "", expiry)));
    }

    /**
     * Requests a token of the management cluster, with this controller's own permissions. The writer of a profile's status
     * chooses the server that Sveltos sends it to, and readers of Secrets in its namespace see it, so it is for one profile.
     *
     * @param profile the profile
     * @param provider its entry
     * @param only {@code namespace/name} of the profile that gets the token
     * @param account {@code namespace/name} of the ServiceAccount, which has to exist
     * @param lifetime as in {@link #request}
     * @return an ExecCredential with the token and its expiry
     * @throws ReconcileFailure if it is another profile, or the cluster does not return a token
     */
    public Map<String, Object> requestHere(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("accessProvider") AccessProvider provider,
            String only,
            String account,
            long lifetime) {
        if (!profile.getKey().toString().equals(only)) {
            throw new ReconcileFailure(
                    Reason.InvalidAccessProvider,
                    "The access provider " + provider.name() + " is only for the profile " + only
                            + ", because its token is one of the management cluster: offer another access provider in"
                            + " the cluster manager");
        }
        try {
            return execCredential(token(managementCluster.get(), account, lifetime));
        } catch (KubernetesClientException e) {
            throw new ReconcileFailure(
                    Reason.ExecPluginFailed,
                    "The management cluster did not issue a token of ServiceAccount " + account
                            + " for access provider "
                            + provider.name() + " (HTTP status " + e.getCode() + "): check that the ServiceAccount"
                            + " exists, and that the controller may create serviceaccounts/token for it");
        }
    }

    /**
     * The entry with the cluster of a kubeconfig: where Sveltos uses the token.
     *
     * @param kubeconfig a kubeconfig
     * @param provider the profile's entry
     * @return an entry with server, CA, {@code tls-server-name}, {@code proxy-url} and flags of the current context's
     *     cluster
     * @throws ReconcileFailure if the kubeconfig has any fault
     */
    public AccessProvider withCluster(@Body byte[] kubeconfig, @Variable("accessProvider") AccessProvider provider) {
        Cluster cluster = cluster(read(kubeconfig, provider));
        Map<String, Object> fields = new HashMap<>();
        fields.put("server", cluster.getServer());
        fields.put("certificate-authority-data", cluster.getCertificateAuthorityData());
        fields.put("tls-server-name", cluster.getTlsServerName());
        fields.put("proxy-url", cluster.getProxyUrl());
        fields.put("insecure-skip-tls-verify", cluster.getInsecureSkipTlsVerify());
        fields.put("disable-compression", cluster.getDisableCompression());
        return new AccessProvider(provider.name(), fields);
    }

    /**
     * Requests a token.
     *
     * @param kubeconfig leads to the cluster, with a credential that may create {@code serviceaccounts/token}
     * @param provider the profile's entry
     * @param account {@code namespace/name} of the ServiceAccount, which has to exist
     * @param lifetime seconds; the API server refuses less than 600, and may choose another lifetime
     * @return an ExecCredential with the token and its expiry
     * @throws ReconcileFailure if the kubeconfig has any fault, or the cluster does not return a token
     */
    public Map<String, Object> request(
            @Body byte[] kubeconfig,
            @Variable("accessProvider") AccessProvider provider,
            @Variable("serviceAccount") String account,
            @Variable("tokenLifetime") long lifetime) {
        return execCredential(requested(kubeconfig, provider, account, lifetime));
    }

    private static TokenRequestStatus requested(
            byte[] kubeconfig, AccessProvider provider, String account, long lifetime) {
        KubeconfigDocument document = read(kubeconfig, provider);
        try (KubernetesClient member = MemberClients.create(cluster(document), user(document.user()))) {
            return token(member, account, lifetime);
        } catch (KubernetesClientException e) {
            throw refused(provider, account, e.getCode());
        }
    }

    private static TokenRequestStatus token(KubernetesClient client, String account, long lifetime) {
        ObjectKey key = ObjectKey.parse(account);
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(lifetime)
                .endSpec()
                .build();
        TokenRequest answer = client.serviceAccounts()
                .inNamespace(key.namespace())
                .withName(key.name())
                .tokenRequest(request);
        TokenRequestStatus status = answer == null ? null : answer.getStatus();
        if (status == null || !isToken(status.getToken()) || !isTime(status.getExpirationTimestamp())) {
            throw new KubernetesClientException("the answer has no token with an expiry");
        }
        return status;
    }

    /** Fit for a header, so that it is one line in the kubeconfig too. */
    private static boolean isToken(String token) {
        return token != null && !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static boolean isTime(String time) {
        return time != null && GoTime.parse(time).isPresent();
    }

    private static Map<String, Object> execCredential(TokenRequestStatus status) {
        return Map.of(
                "apiVersion",
                "client.authentication.k8s.io/v1",
                "kind",
                "ExecCredential",
                "status",
                Map.of("token", status.getToken(), "expirationTimestamp", status.getExpirationTimestamp()));
    }

    /** Without the client's message, which may quote the answer of the server. */
    private static ReconcileFailure refused(AccessProvider provider, String account, int status) {
        String reason = status > 0
                ? "HTTP status " + status + "): check that the ServiceAccount exists there, and that the user of the"
                        + " kubeconfig may create serviceaccounts/token"
                : "no usable answer): check the server, its certificate and the proxy in the kubeconfig";
        return new ReconcileFailure(
                Reason.ExecPluginFailed,
                "The cluster of access provider " + provider.name() + " did not issue a token of ServiceAccount "
                        + account + " (" + reason);
    }

    /** Strictly: a kubeconfig that names programs or files must not have an effect in this process. */
    private static KubeconfigDocument read(byte[] kubeconfig, AccessProvider provider) {
        KubeconfigValidator.validate(kubeconfig).ifPresent(fault -> {
            throw unusable(provider, fault.message());
        });
        try {
            KubeconfigDocument document = KubeconfigDocument.decode(GoYaml.read(kubeconfig));
            if (document.user().basicAuth() || document.user().impersonates()) {
                throw unusable(
                        provider, "has a user with a password or an impersonation, for which no token is requested");
            }
            return document;
        } catch (UnreadableException e) {
            throw new IllegalStateException("it was read by the validator");
        }
    }

    private static ReconcileFailure unusable(AccessProvider provider, String fault) {
        return new ReconcileFailure(
                Reason.SourceSecretInvalid, "The kubeconfig of access provider " + provider.name() + " " + fault);
    }

    private static Cluster cluster(KubeconfigDocument document) {
        KubeconfigDocument.Cluster from = document.cluster();
        Cluster cluster = new Cluster();
        cluster.setServer(from.server());
        cluster.setCertificateAuthorityData(encoded(from.certificateAuthorityData()));
        cluster.setTlsServerName(nullIfEmpty(from.tlsServerName()));
        cluster.setProxyUrl(nullIfEmpty(from.proxyUrl()));
        cluster.setInsecureSkipTlsVerify(from.insecureSkipTlsVerify());
        cluster.setDisableCompression(from.disableCompression());
        return cluster;
    }

    private static AuthInfo user(KubeconfigDocument.User from) {
        AuthInfo user = new AuthInfo();
        user.setToken(nullIfEmpty(from.token()));
        user.setClientCertificateData(encoded(from.clientCertificateData()));
        user.setClientKeyData(encoded(from.clientKeyData()));
        return user;
    }

    private static String encoded(String pem) {
        return pem.isEmpty() ? null : Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }
}
