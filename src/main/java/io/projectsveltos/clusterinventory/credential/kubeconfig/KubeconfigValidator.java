package io.projectsveltos.clusterinventory.credential.kubeconfig;

import io.projectsveltos.clusterinventory.credential.golang.GoUrl;
import io.projectsveltos.clusterinventory.credential.golang.GoYaml;
import io.projectsveltos.clusterinventory.credential.golang.UnreadableException;
import io.projectsveltos.clusterinventory.credential.golang.X509KeyPair;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigDocument.Cluster;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigDocument.User;
import java.util.Optional;

/**
 * Validates a kubeconfig by client-go's rules, because Sveltos reads it with {@code clientcmd.BuildConfigFromFlags}. The
 * worst one loads without an error but leads to no server: client-go then uses the in-cluster config, and Sveltos would
 * deploy to its own cluster ({@code DeferredLoadingClientConfig.ClientConfig}).
 */
public final class KubeconfigValidator {

    private KubeconfigValidator() {}

    /**
     * @return what is wrong, or empty when it makes a working client that runs and reads nothing on its own machine
     */
    public static Optional<KubeconfigFault> validate(byte[] kubeconfig) {
        try {
            return validate(KubeconfigDocument.decode(GoYaml.read(kubeconfig)));
        } catch (UnreadableException e) {
            return e.isCertain()
                    ? warning("is not a kubeconfig: it " + e.getMessage())
                    : fatal("cannot be validated: it " + e.getMessage() + "; write it as plain YAML");
        }
    }

    private static Optional<KubeconfigFault> validate(KubeconfigDocument kubeconfig) {
        String current = kubeconfig.currentContext();
        if (!current.isEmpty() && !kubeconfig.contexts().containsKey(current)) {
            return warning("has a current-context that does not exist in it");
        }
        Cluster cluster = kubeconfig.cluster();
        if (cluster.server().isEmpty()) {
            return fatal(
                    "leads to no server, so Sveltos would use its own cluster: set current-context to a context whose"
                            + " cluster has a server");
        }
        return local(kubeconfig).or(() -> unusable(cluster, kubeconfig.user()));
    }

    /** In all clusters and users, not only the current ones: another current-context is easily chosen. */
    private static Optional<KubeconfigFault> local(KubeconfigDocument kubeconfig) {
        return kubeconfig.clusters().values().stream()
                        .anyMatch(cluster -> !cluster.certificateAuthority().isEmpty())
                ? local("certificate-authority", "cluster")
                : kubeconfig.users().values().stream()
                        .map(KubeconfigValidator::local)
                        .flatMap(Optional::stream)
                        .findFirst()
                        .flatMap(field -> local(field, "user"));
    }

    private static Optional<String> local(User user) {
        if (user.exec()) {
            return Optional.of("exec");
        }
        if (user.authProvider()) {
            return Optional.of("auth-provider");
        }
        if (!user.tokenFile().isEmpty()) {
            return Optional.of("tokenFile");
        }
        if (!user.clientCertificate().isEmpty()) {
            return Optional.of("client-certificate");
        }
        return user.clientKey().isEmpty() ? Optional.empty() : Optional.of("client-key");
    }

    private static Optional<KubeconfigFault> local(String field, String owner) {
        return warning("has '" + field + "' in a " + owner
                + ", which Sveltos would read or run inside its own pods: embed the data instead");
    }

    /** What client-go rejects when it creates a client: clientcmd's validation.go, then transport.go for TLS. */
    private static Optional<KubeconfigFault> unusable(Cluster cluster, User user) {
        Optional<GoUrl> server = GoUrl.ofServer(cluster.server());
        if (server.isEmpty()) {
            return warning("has a server that is not a URL");
        }
        if (!cluster.proxyUrl().isEmpty() && GoUrl.ofProxy(cluster.proxyUrl()).isEmpty()) {
            return warning("has a proxy-url that is not an http, https or socks5 URL");
        }
        if (!user.token().isEmpty() && user.basicAuth()) {
            return warning("has both a token and a username or password for its user");
        }
        if (user.impersonatesWithoutName()) {
            return warning("impersonates groups without a user");
        }
        if (!user.clientCertificateData().isEmpty() && user.clientKeyData().isEmpty()) {
            return warning("has client-certificate-data without client-key-data");
        }
        // plain HTTP identifies neither side
        return server.get().scheme().equals("https") ? tlsFault(cluster, user) : Optional.empty();
    }

    private static Optional<KubeconfigFault> tlsFault(Cluster cluster, User user) {
        if (!cluster.certificateAuthorityData().isEmpty()) {
            if (cluster.insecureSkipTlsVerify()) {
                return warning("has both certificate-authority-data and insecure-skip-tls-verify");
            }
            if (!X509KeyPair.holdsAuthority(cluster.certificateAuthorityData())) {
                return warning("has certificate-authority-data without a certificate");
            }
        }
        if (user.clientCertificateData().isEmpty()) {
            return Optional.empty();
        }
        try {
            X509KeyPair.parse(user.clientCertificateData(), user.clientKeyData());
            return Optional.empty();
        } catch (UnreadableException e) {
            return warning(e.getMessage());
        }
    }

    private static Optional<KubeconfigFault> fatal(String message) {
        return Optional.of(new KubeconfigFault(true, message));
    }

    private static Optional<KubeconfigFault> warning(String message) {
        return Optional.of(new KubeconfigFault(false, message));
    }
}
