package io.projectsveltos.clusterinventory.credential.kubeconfig;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.golang.GoBase64;
import io.projectsveltos.clusterinventory.credential.golang.GoUrl;
import io.projectsveltos.clusterinventory.credential.golang.X509KeyPair;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.Variable;

/**
 * Checks the cluster of an access provider's entry, which becomes the cluster of a kubeconfig, before a plugin is run for
 * it: with a cluster that client-go rejects ({@code validateClusterInfo}, {@code parseProxyURL}, {@code DefaultServerURL},
 * {@code TLSConfigFor}), no credential helps.
 */
public final class ClusterEntryValidator {

    private static final String SERVER = "server";
    private static final String AUTHORITY_FILE = "certificate-authority";
    private static final String AUTHORITY = "certificate-authority-data";
    private static final String PROXY = "proxy-url";
    private static final String INSECURE = "insecure-skip-tls-verify";
    private static final List<String> TEXTS = List.of(SERVER, AUTHORITY_FILE, AUTHORITY, "tls-server-name", PROXY);
    private static final List<String> FLAGS = List.of(INSECURE, "disable-compression");

    /**
     * @throws ReconcileFailure when no usable kubeconfig can be built from the entry
     */
    public void validate(@Variable("accessProvider") AccessProvider entry) {
        checkTypes(entry);
        String server = text(entry, SERVER);
        if (server.isBlank()) {
            throw invalid(entry, "has no server");
        }
        if (GoUrl.ofServer(server).isEmpty()) {
            throw invalid(entry, "has a server that is not a URL");
        }
        String proxy = text(entry, PROXY);
        if (!proxy.isEmpty() && GoUrl.ofProxy(proxy).isEmpty()) {
            throw invalid(entry, "has a proxy-url that is not an http, https or socks5 URL");
        }
        checkAuthority(entry);
    }

    private static void checkTypes(AccessProvider entry) {
        Map<String, Object> cluster = entry.cluster();
        for (String field : TEXTS) {
            if (cluster.get(field) != null && !(cluster.get(field) instanceof String)) {
                throw invalid(entry, "has a " + field + " that is not text");
            }
            if (!field.equals(AUTHORITY) && text(entry, field).chars().anyMatch(Character::isISOControl)) {
                // not every YAML parser preserves them; base64 may have line breaks
                throw invalid(entry, "has a " + field + " with control characters");
            }
        }
        for (String field : FLAGS) {
            if (cluster.get(field) != null && !(cluster.get(field) instanceof Boolean)) {
                throw invalid(entry, "has a " + field + " that is not true or false");
            }
        }
    }

    private static void checkAuthority(AccessProvider entry) {
        if (!text(entry, AUTHORITY_FILE).isEmpty()) {
            throw invalid(
                    entry,
                    "uses " + AUTHORITY_FILE + ", a file that does not exist in Sveltos' pods; use " + AUTHORITY
                            + " instead");
        }
        String authority = text(entry, AUTHORITY);
        if (authority.isEmpty()) {
            return;
        }
        if (Boolean.TRUE.equals(entry.cluster().get(INSECURE))) {
            throw invalid(entry, "has both " + AUTHORITY + " and " + INSECURE + ": remove one of them");
        }
        if (!X509KeyPair.holdsAuthority(decoded(entry, authority))) {
            throw invalid(entry, "has " + AUTHORITY + " without a PEM certificate");
        }
    }

    private static String decoded(AccessProvider entry, String authority) {
        try {
            return new String(GoBase64.decode(authority), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            throw invalid(entry, "has " + AUTHORITY + " that is not base64");
        }
    }

    private static String text(AccessProvider entry, String field) {
        return entry.cluster().get(field) instanceof String text ? text : "";
    }

    private static ReconcileFailure invalid(AccessProvider entry, String fault) {
        return new ReconcileFailure(Reason.InvalidAccessProvider, "The access provider " + entry.name() + " " + fault);
    }
}
