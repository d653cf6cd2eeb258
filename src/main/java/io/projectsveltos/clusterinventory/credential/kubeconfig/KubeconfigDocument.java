package io.projectsveltos.clusterinventory.credential.kubeconfig;

import com.fasterxml.jackson.databind.JsonNode;
import io.projectsveltos.clusterinventory.credential.golang.GoFields;
import io.projectsveltos.clusterinventory.credential.golang.UnreadableException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A kubeconfig as client-go's {@code clientcmd.Load} decodes it (tools/clientcmd/api/v1/types.go), limited to the fields
 * that decide where a client connects to and what it runs and reads for that.
 *
 * @param currentContext the name of the current context, or empty
 * @param contexts the contexts by name
 * @param clusters the clusters by name
 * @param users the users by name
 */
record KubeconfigDocument(
        String currentContext, Map<String, Context> contexts, Map<String, Cluster> clusters, Map<String, User> users) {

    private static final String KIND = "Config";
    private static final String VERSION = "v1";

    /** The version used inside Go programs, in which Config has other fields. */
    private static final String INTERNAL = "__internal";

    /** The fields of a context that decide where it leads. */
    record Context(String cluster, String user) {}

    /** How to reach a cluster. */
    record Cluster(
            String server,
            String certificateAuthority,
            String certificateAuthorityData,
            boolean insecureSkipTlsVerify,
            String proxyUrl,
            String tlsServerName,
            boolean disableCompression) {

        static final Cluster NONE = new Cluster("", "", "", false, "", "", false);
    }

    /** How to authenticate. Exec plugin and auth provider only count as present or absent. */
    record User(
            boolean exec,
            boolean authProvider,
            String token,
            String tokenFile,
            String clientCertificate,
            String clientCertificateData,
            String clientKey,
            String clientKeyData,
            boolean basicAuth,
            boolean impersonates,
            boolean impersonatesWithoutName) {

        static final User NONE = new User(false, false, "", "", "", "", "", "", false, false, false);

        /** Leaves the content out, which is a credential. */
        @Override
        public String toString() {
            return "User[...]";
        }
    }

    /**
     * @param document as read from YAML
     * @throws UnreadableException when client-go would not decode it, or when that is uncertain
     */
    static KubeconfigDocument decode(JsonNode document) throws UnreadableException {
        GoFields config = GoFields.of(document);
        checkType(config.typeMeta("apiVersion"), config.typeMeta("kind"));
        config.object("preferences").flag("colors");
        checkExtensions(config.object("preferences"));
        checkExtensions(config);
        return new KubeconfigDocument(
                config.text("current-context"), contexts(config), clusters(config), users(config));
    }

    /** The current cluster, as in {@code DirectClientConfig.getCluster}: empty if it is missing. */
    Cluster cluster() {
        return clusters.getOrDefault(context().cluster(), Cluster.NONE);
    }

    /** The current user, as in {@code DirectClientConfig.getAuthInfo}: empty if it is missing. */
    User user() {
        return users.getOrDefault(context().user(), User.NONE);
    }

    private Context context() {
        return contexts.getOrDefault(currentContext, new Context("", ""));
    }

    /** Both default to those of a kubeconfig ({@code gvkWithDefaults}). */
    private static void checkType(String apiVersion, String kind) throws UnreadableException {
        String version = apiVersion.startsWith("/") ? apiVersion.substring(1) : apiVersion;
        if (version.equals(INTERNAL)) {
            throw UnreadableException.undecided("has the apiVersion " + INTERNAL);
        }
        if (!version.isEmpty() && !version.equals(VERSION) || !kind.isEmpty() && !kind.equals(KIND)) {
            throw UnreadableException.refused("has an apiVersion or kind other than " + VERSION + " " + KIND);
        }
    }

    private static void checkExtensions(GoFields object) throws UnreadableException {
        object.named("extensions");
    }

    private static Map<String, Context> contexts(GoFields config) throws UnreadableException {
        Map<String, Context> contexts = new HashMap<>();
        for (GoFields named : config.named("contexts")) {
            GoFields context = named.object("context");
            context.text("namespace");
            checkExtensions(context);
            contexts.put(named.text("name"), new Context(context.text("cluster"), context.text("user")));
        }
        return contexts;
    }

    private static Map<String, Cluster> clusters(GoFields config) throws UnreadableException {
        Map<String, Cluster> clusters = new HashMap<>();
        for (GoFields named : config.named("clusters")) {
            GoFields cluster = named.object("cluster");
            checkExtensions(cluster);
            clusters.put(
                    named.text("name"),
                    new Cluster(
                            cluster.text("server"),
                            cluster.text("certificate-authority"),
                            pem(cluster, "certificate-authority-data"),
                            cluster.flag("insecure-skip-tls-verify"),
                            cluster.text("proxy-url"),
                            cluster.text("tls-server-name"),
                            cluster.flag("disable-compression")));
        }
        return clusters;
    }

    private static Map<String, User> users(GoFields config) throws UnreadableException {
        Map<String, User> users = new HashMap<>();
        for (GoFields named : config.named("users")) {
            GoFields user = named.object("user");
            checkExec(user.object("exec"));
            checkAuthProvider(user.object("auth-provider"));
            checkExtensions(user);
            users.put(
                    named.text("name"),
                    new User(
                            user.has("exec"),
                            user.has("auth-provider"),
                            user.text("token"),
                            user.text("tokenFile"),
                            user.text("client-certificate"),
                            pem(user, "client-certificate-data"),
                            user.text("client-key"),
                            pem(user, "client-key-data"),
                            !user.text("username").isEmpty()
                                    | !user.text("password").isEmpty(),
                            !user.text("as").isEmpty(),
                            impersonatesWithoutName(user)));
        }
        return users;
    }

    private static boolean impersonatesWithoutName(GoFields user) throws UnreadableException {
        GoFields extra = user.object("as-user-extra");
        List<String> names = extra.names();
        for (String name : names) {
            extra.texts(name);
        }
        boolean isMore =
                !user.texts("as-groups").isEmpty() | !user.text("as-uid").isEmpty() | !names.isEmpty();
        return user.text("as").isEmpty() && isMore;
    }

    private static void checkExec(GoFields exec) throws UnreadableException {
        exec.text("command");
        exec.texts("args");
        for (GoFields variable : exec.objects("env")) {
            variable.text("name");
            variable.text("value");
        }
        exec.text("apiVersion");
        exec.text("installHint");
        exec.flag("provideClusterInfo");
        exec.text("interactiveMode");
    }

    private static void checkAuthProvider(GoFields provider) throws UnreadableException {
        provider.text("name");
        GoFields config = provider.object("config");
        for (String name : config.names()) {
            config.text(name);
        }
    }

    /** PEM is ASCII; any other byte becomes one character. */
    private static String pem(GoFields object, String field) throws UnreadableException {
        return new String(object.bytes(field), StandardCharsets.ISO_8859_1);
    }
}
