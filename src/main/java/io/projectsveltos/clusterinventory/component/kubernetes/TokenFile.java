package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a token from a file for each request, as the token may be rotated at any time. It supports the {@code tokenFile} of a
 * kubeconfig user, which fabric8 ignores. As in client-go, it takes precedence over {@code token}.
 */
final class TokenFile implements OAuthTokenProvider {

    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);

    private final Path file;
    private volatile String lastRead;

    TokenFile(Path file) {
        this(file, null);
    }

    private TokenFile(Path file, String token) {
        this.file = file;
        this.lastRead = token;
    }

    /** The token file of the current user of the configuration, if there is one. */
    static Optional<TokenFile> of(Config config) {
        NamedContext context = config.getCurrentContext();
        File kubeconfig = config.getFileWithAuthInfo();
        if (context == null || kubeconfig == null) {
            return Optional.empty();
        }
        return KubeConfigUtils.parseConfig(kubeconfig).getUsers().stream()
                .filter(user ->
                        Objects.equals(user.getName(), context.getContext().getUser()))
                .map(NamedAuthInfo::getUser)
                .filter(user -> user != null && user.getTokenFile() != null)
                .findFirst()
                .map(AuthInfo::getTokenFile)
                .map(file -> new TokenFile(
                        kubeconfig.toPath().resolveSibling(file).toAbsolutePath(), config.getOauthToken()));
    }

    @Override
    public String getToken() {
        try {
            lastRead = Files.readString(file).strip();
        } catch (IOException e) {
            // the file may be replaced right now; without any token the API server refuses the request
            LOG.debug("Cannot read token file {}", file, e);
        }
        return lastRead;
    }
}
