package io.projectsveltos.clusterinventory.demo;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.apiserver.ResourceTypes;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.camel.main.Main;

/**
 * Shows in a minute what the controller does, with the routes of production against an API server in this process. Ends
 * with an exception, and so not with exit code 0, if any step fails.
 */
public final class Demo {

    private static final String NAMESPACE = "fleet";

    private final KubernetesClient client;

    private Demo(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Runs the demo.
     *
     * @param args none
     */
    public static void main(String[] args) throws Exception {
        try (MockApiServer server = MockApiServer.start()) {
            Main controller = new Main();
            controller.configure().addConfiguration(new ControllerConfiguration());
            controller.addOverrideProperty("kubeconfig", server.kubeconfigFile().toString());
            controller.addOverrideProperty("clusterprofile-provider-file", resource("/demo/providers.yaml"));
            controller.addOverrideProperty("registration-file", resource("/demo/registrations.yaml"));
            controller.addOverrideProperty("health-addr", "0");
            controller.addOverrideProperty("diagnostics-address", "0");
            // faster than in production, where a token of five seconds would get a minute
            controller.addOverrideProperty("refresh.min-interval", "1s");
            controller.addOverrideProperty("refresh.check-interval", "200ms");
            controller.start();
            try {
                new Demo(server.client()).show();
            } finally {
                controller.stop();
            }
        }
    }

    private void show() {
        say("A cluster manager lists two clusters, each with a kubeconfig in a Secret.");
        for (String name : List.of("edge-1", "edge-2")) {
            writeSource(name, "token-1");
            createProfile(name, "kubeconfig-secretreader");
        }
        await().until(() -> cluster("edge-1").get() != null && cluster("edge-2").get() != null);
        shown("edge-1");
        shown("edge-2");

        say("The cluster manager rotates the token of edge-1 in its Secret.");
        Instant rotated = Instant.now();
        writeSource("edge-1", "token-2");
        await().until(() -> kubeconfig("edge-1").contains("token-2"));
        done("the copy for Sveltos has the new token", rotated);

        say("edge-1 moves from env=test to env=prod.");
        Instant moved = Instant.now();
        merge(profileOf("edge-1"), "{\"metadata\":{\"labels\":{\"env\":\"prod\"}}}");
        await().until(() -> "prod".equals(labels(cluster("edge-1").get()).get("env")));
        done("so does its SveltosCluster", moved);

        say("Somebody deletes the SveltosCluster of edge-2.");
        Instant gone = Instant.now();
        String before = cluster("edge-2").get().getMetadata().getUid();
        cluster("edge-2").delete();
        await().until(() -> cluster("edge-2").get() != null
                && !before.equals(cluster("edge-2").get().getMetadata().getUid()));
        done("it is back", gone);

        say("A third cluster is reached by a program, an exec plugin, whose tokens last five seconds.");
        createProfile("edge-3", "sample-plugin");
        await().until(() -> cluster("edge-3").get() != null);
        String first = token("edge-3");
        line("token " + first);
        Instant obtained = Instant.now();
        await().until(() -> !first.equals(token("edge-3")));
        done("renewed before it expired: token " + token("edge-3"), obtained);

        say("A fourth cluster is in a cloud that knows Sveltos' own identity, so no credential is stored.");
        createProfile("edge-5", "sample-cloud");
        await().until(() -> cluster("edge-5").get() != null);
        require(secret("edge-5").get() == null);
        line("SveltosCluster edge-5 -> " + cluster("edge-5").get().<Object>get("spec", "workloadIdentity"));
        showOpenClusterManagement();

        say("A cluster can only be reached in a way that is not configured here.");
        createProfile("edge-4", "some-cloud");
        await().until(() -> event("edge-4") != null);
        line("Event " + event("edge-4"));

        say("The cluster manager removes edge-1.");
        Instant removed = Instant.now();
        profileOf("edge-1").delete();
        await().until(() -> profileOf("edge-1").get() == null);
        require(cluster("edge-1").get() == null && secret("edge-1").get() == null);
        done("its SveltosCluster went first, then its Secret, then the profile itself", removed);
    }

    private void showOpenClusterManagement() {
        say(
                "Open Cluster Management lists a cluster, and copies a token of it next to the profile: no plugin is needed.");
        createProfile("edge-6", "open-cluster-management", Map.of("clusterName", "edge-6"));
        writeTokenCopy("edge-6", "sveltos", "token-1");
        await().until(() -> cluster("edge-6").get() != null);
        line("Secret " + secret("edge-6").get().getMetadata().getName() + " with token " + token("edge-6"));
        Instant rotated = Instant.now();
        writeTokenCopy("edge-6", "sveltos", "token-2");
        await().until(() -> token("edge-6").equals("token-2"));
        done("OCM rotates the token, and so does the copy for Sveltos", rotated);
    }

    private void shown(String name) {
        require(kubeconfig(name).contains("token-1"));
        GenericKubernetesResource cluster = cluster(name).get();
        line("Secret " + secret(name).get().getMetadata().getName());
        line("SveltosCluster " + name + " -> " + cluster.<Object>get("spec", "kubeconfigName") + ", labels "
                + labels(cluster));
    }

    private void writeSource(String name, String token) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name + "-admin")
                        .endMetadata()
                        .addToData("kubeconfig", encoded(kubeconfigText(name, token)))
                        .build())
                .createOr(existing -> existing.update());
    }

    /** As OCM's managed-serviceaccount add-on does. */
    private void writeTokenCopy(String cluster, String account, String token) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(cluster + "-" + account)
                        .addToLabels("authentication.open-cluster-management.io/synced-from", cluster + "-" + account)
                        .addNewOwnerReference()
                        .withApiVersion("multicluster.x-k8s.io/v1alpha1")
                        .withKind("ClusterProfile")
                        .withName(cluster)
                        .withUid(profileOf(cluster).get().getMetadata().getUid())
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .addToData("token", encoded(token))
                        .build())
                .createOr(existing -> existing.update());
    }

    private static String kubeconfigText(String name, String token) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://%s.example:6443"}}]
                users: [{name: u, user: {token: %s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(name, token);
    }

    private void createProfile(String name, String provider) {
        createProfile(name, provider, Map.of("name", name + "-admin", "key", "kubeconfig"));
    }

    private void createProfile(String name, String provider, Map<String, Object> settings) {
        GenericKubernetesResource profile = profile(name, provider, settings);
        client.resource(profile).create();
        // the status is a subresource, so it is written second, as by a cluster manager
        client.resource(profile).updateStatus();
    }

    private static GenericKubernetesResource profile(String name, String provider, Map<String, Object> settings) {
        GenericKubernetesResource profile = new GenericKubernetesResource();
        profile.setApiVersion("multicluster.x-k8s.io/v1alpha1");
        profile.setKind("ClusterProfile");
        profile.setMetadata(new ObjectMetaBuilder()
                .withNamespace(NAMESPACE)
                .withName(name)
                .addToLabels("env", "test")
                .build());
        profile.setAdditionalProperty("spec", Map.of("displayName", name, "clusterManager", Map.of("name", "demo")));
        Map<String, Object> extension = Map.of("name", "client.authentication.k8s.io/exec", "extension", settings);
        profile.setAdditionalProperty(
                "status",
                Map.of(
                        "accessProviders",
                        List.of(Map.of(
                                "name",
                                provider,
                                "cluster",
                                Map.of(
                                        "server",
                                        "https://" + name + ".example:6443",
                                        "extensions",
                                        List.of(extension))))));
        return profile;
    }

    private String event(String profile) {
        return client.events().v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals(profile))
                .map(event -> event.getReason() + ": " + event.getNote())
                .findFirst()
                .orElse(null);
    }

    private String kubeconfig(String profile) {
        String value = secret(profile).get().getData().get("kubeconfig");
        return new String(Base64.getDecoder().decode(value));
    }

    private String token(String profile) {
        return kubeconfig(profile).replaceAll("(?s).*token: \"?([^\"\n]*).*", "$1");
    }

    private static String resource(String name) throws URISyntaxException {
        return Path.of(Demo.class.getResource(name).toURI()).toString();
    }

    private Resource<Secret> secret(String profile) {
        return client.secrets().inNamespace(NAMESPACE).withName(profile + "-sveltos-kubeconfig");
    }

    private Resource<GenericKubernetesResource> cluster(String name) {
        return client.genericKubernetesResources(ResourceTypes.SVELTOS_CLUSTERS)
                .inNamespace(NAMESPACE)
                .withName(name);
    }

    private Resource<GenericKubernetesResource> profileOf(String name) {
        return client.genericKubernetesResources(ResourceTypes.CLUSTER_PROFILES)
                .inNamespace(NAMESPACE)
                .withName(name);
    }

    private static void merge(Resource<GenericKubernetesResource> object, String patch) {
        object.patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private static Map<String, String> labels(HasMetadata object) {
        return object.getMetadata().getLabels();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes());
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("this should not be");
        }
    }

    private static void say(String text) {
        System.out.println("\n" + text);
    }

    private static void done(String what, Instant since) {
        line(what + " (" + Duration.between(since, Instant.now()).toMillis() + " ms)");
    }

    private static void line(String text) {
        System.out.println("  " + text);
    }
}
