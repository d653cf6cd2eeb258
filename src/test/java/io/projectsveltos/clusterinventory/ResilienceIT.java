package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.LIMITED;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.projectsveltos.clusterinventory.testing.AdmissionWebhook;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.RunningController;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An API server that goes away, forgets, refuses or contradicts: the controller converges by itself, with no resync. */
class ResilienceIT {

    private static final String PROFILE_CRD = "clusterprofiles.multicluster.x-k8s.io";
    private static final String CLUSTER_CRD = "sveltosclusters.lib.projectsveltos.io";

    private static final AdmissionWebhook.Write OF_A_PROFILE = new AdmissionWebhook.Write(FIRST, "clusterprofiles");

    @AutoClose
    private static AuditedApiServer server;

    private final ClusterFixtures fleet = ClusterFixtures.inNewNamespaceOf(server);
    private final List<RunningController> controllers = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = AuditedApiServer.start();
    }

    @AfterEach
    void stop() {
        controllers.forEach(RunningController::close);
    }

    @Test
    void convergesAfterTheApiServerWasKilledWhileProfilesChange() {
        start(FIRST, Map.of("watch-namespaces", ""));
        List<String> names = List.of("one", "two", "three", "four", "five");
        names.forEach(fleet::createServedProfile);
        AtomicInteger rounds = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                try {
                    change(names, "round-" + rounds.incrementAndGet());
                } catch (KubernetesClientException killed) {
                    // the next round changes what this one could not
                }
            }
        });

        for (int kills = 0; kills < 2; kills++) {
            int before = rounds.get();
            await().atMost(Duration.ofMinutes(1)).until(() -> rounds.get() > before);
            server.server().kill();
            server.server().restart();
        }
        enough.set(true);
        changes.join();
        change(names, "last");

        names.forEach(name -> eventually(() -> {
            assertEquals("last", labels(fleet.cluster(name).get()).get("change"));
            assertEquals(kubeconfig("last"), fleet.copied(name));
        }));
    }

    @Test
    void listsAgainWhenItsWatchesAreTooOld() {
        start(FIRST, Map.of());
        fleet.createServedProfile("spoke");
        long lists = lists("clusterprofiles");

        server.server().kill();
        server.server().compact();
        server.server().restart();
        fleet.changeSource("spoke", kubeconfig("rotated"));
        fleet.label(fleet.profile("spoke"), "env", "test");

        eventually(
                () -> assertEquals("test", labels(fleet.cluster("spoke").get()).get("env")));
        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("spoke")));
        assertTrue(lists("clusterprofiles") > lists);
        fleet.managedSecret("spoke").delete();
        eventually(() -> assertEquals(kubeconfig("rotated"), fleet.copied("spoke")));
    }

    @Test
    void servesAfterItWasStartedWithoutAnApiServer() {
        fleet.createProfileAndSource("spoke");
        server.server().kill();

        start(FIRST, Map.of());
        server.server().restart();

        fleet.awaitServed("spoke");
        fleet.createServedProfile("later");
    }

    @Test
    @SuppressWarnings("try") // the webhook is only there
    void convergesWhenProfilesChangeUnderItsHands() {
        AtomicInteger writes = new AtomicInteger();
        try (AdmissionWebhook webhook = AdmissionWebhook.start(server, fleet.namespace(), write -> {
            if (write.equals(OF_A_PROFILE) && writes.incrementAndGet() <= 3) {
                fleet.label(fleet.profile("spoke"), "change", "" + writes);
            }
        })) {
            start(FIRST, Map.of());
            fleet.createServedProfile("spoke");
            eventually(
                    () -> assertEquals("3", labels(fleet.cluster("spoke").get()).get("change")));
            long conflicts = conflicts();
            assertTrue(conflicts >= 3, conflicts + " conflicts");

            writes.set(0);
            fleet.profile("spoke").delete();
            eventually(() -> fleet.assertGone(fleet.profile("spoke")));
            assertTrue(conflicts() >= conflicts + 3, conflicts + " conflicts, then " + conflicts());
        }
    }

    @Test
    void servesOnceItMayReadAndWriteSecrets() {
        grant("all-but-secrets", rule("multicluster.x-k8s.io", "clusterprofiles", "get", "list", "watch", "patch"));
        grant(
                "sveltosclusters",
                rule("lib.projectsveltos.io", "sveltosclusters", "get", "list", "watch", "create", "patch", "delete"));
        grant("events", rule("events.k8s.io", "events", "create", "get", "patch"));
        fleet.createProfileAndSource("spoke");

        start(LIMITED, Map.of());
        awaitRefused("list secrets ");
        grant("read-secrets", rule("", "secrets", "get", "list", "watch"));
        awaitRefused("patch secrets spoke-sveltos-kubeconfig");
        grant("write-secrets", rule("", "secrets", "create", "patch", "delete"));

        fleet.awaitServed("spoke");
        fleet.awaitEvent("spoke", "Synced");
        fleet.profile("spoke").delete();
        eventually(() -> fleet.assertGone(fleet.profile("spoke")));
    }

    @Test
    void needsNoRightsOutsideOfItsNamespaces() {
        grantInNamespace(
                rule("multicluster.x-k8s.io", "clusterprofiles", "get", "list", "watch", "patch"),
                rule("lib.projectsveltos.io", "sveltosclusters", "get", "list", "watch", "create", "patch", "delete"),
                rule("", "secrets", "get", "list", "watch", "create", "patch", "delete"),
                rule("events.k8s.io", "events", "create", "get", "patch"));
        RunningController first = start(LIMITED, Map.of());
        fleet.createServedProfile("spoke");
        first.close();
        fleet.profile("spoke").delete();
        fleet.setFinalizers(fleet.profile("spoke"));

        start(LIMITED, Map.of("sync-period", "1s"));

        eventually(() -> fleet.assertGone(fleet.managedSecret("spoke")));
        fleet.assertGone(fleet.cluster("spoke"));
    }

    @Test
    @SuppressWarnings("try") // the controller is only run
    void servesOnceTheDefinitionsAreThereAndThereAgain() {
        try (AuditedApiServer bare = AuditedApiServer.start()) {
            uninstall(bare, PROFILE_CRD);
            uninstall(bare, CLUSTER_CRD);
            ClusterFixtures spokes = ClusterFixtures.inNewNamespaceOf(bare);
            spokes.createSource("spoke", kubeconfig("spoke"));
            try (RunningController controller = RunningController.start(bare.kubeconfigOf(FIRST), Map.of())) {
                install(bare, PROFILE_CRD);
                spokes.createProfileFrom("spoke", "spoke");
                steadily(() -> assertEquals(List.of(), bare.writes(FIRST, spokes.namespace())));
                install(bare, CLUSTER_CRD);
                spokes.awaitServed("spoke");

                uninstall(bare, CLUSTER_CRD);
                install(bare, CLUSTER_CRD);
                spokes.awaitServed("spoke");
                spokes.cluster("spoke").delete();
                spokes.awaitServed("spoke");
            }
        }
    }

    @Test
    @SuppressWarnings("try") // the controller is only run
    void servesProfilesOfTheNextVersionWhereThereIsNoOther() {
        try (AuditedApiServer next = AuditedApiServer.start()) {
            uninstall(next, PROFILE_CRD);
            install(next, PROFILE_CRD, "v1alpha2");
            ClusterFixtures spokes = ClusterFixtures.inNewNamespaceOf(next, "v1alpha2");
            try (RunningController controller =
                    RunningController.start(next.kubeconfigOf(FIRST), Map.of("sync-period", "1s"))) {
                spokes.createServedProfile("spoke");
                spokes.createServedProfile("vanishing");
                spokes.awaitEvent("spoke", "Synced");
                assertEquals(
                        "multicluster.x-k8s.io/v1alpha2",
                        spokes.events("spoke", "Synced").get(0).getRegarding().getApiVersion());

                spokes.profile("spoke").delete();
                eventually(() -> spokes.assertGone(spokes.profile("spoke")));
                spokes.assertGone(spokes.cluster("spoke"));

                spokes.setFinalizers(spokes.cluster("vanishing"), "example.com/hold");
                spokes.profile("vanishing").delete();
                spokes.setFinalizers(spokes.profile("vanishing"));
                spokes.setFinalizers(spokes.cluster("vanishing"));
                eventually(() -> spokes.assertGone(spokes.managedSecret("vanishing")));
            }
        }
    }

    private RunningController start(String user, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("watch-namespaces", fleet.namespace()));
        all.putAll(settings);
        RunningController controller = RunningController.start(server.kubeconfigOf(user), all);
        controllers.add(controller);
        return controller;
    }

    private void change(List<String> profiles, String to) {
        profiles.forEach(name -> fleet.label(fleet.profile(name), "change", to));
        profiles.forEach(name -> fleet.changeSource(name, kubeconfig(to)));
    }

    private long lists(String resource) {
        return server.requests(FIRST, fleet.namespace()).stream()
                .filter(request -> request.toString().equals("list " + resource + " "))
                .count();
    }

    private long conflicts() {
        return server.requests(FIRST, fleet.namespace()).stream()
                .filter(request -> request.toString().equals("patch clusterprofiles spoke") && request.code() == 409)
                .count();
    }

    private void awaitRefused(String request) {
        eventually(() -> assertTrue(server.requests(LIMITED, fleet.namespace()).stream()
                .anyMatch(made -> made.toString().equals(request) && made.code() == 403)));
    }

    private static PolicyRule rule(String group, String resource, String... verbs) {
        return new PolicyRuleBuilder()
                .withApiGroups(group)
                .withResources(resource)
                .withVerbs(verbs)
                .build();
    }

    private void grant(String name, PolicyRule... rules) {
        String role = fleet.namespace() + "-" + name;
        server.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        server.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                        .addNewSubject("rbac.authorization.k8s.io", "User", LIMITED, null)
                        .build())
                .create();
    }

    private void grantInNamespace(PolicyRule... rules) {
        server.client()
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withNamespace(fleet.namespace())
                        .withName("controller")
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        server.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(fleet.namespace())
                        .withName("controller")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", "controller")
                        .addNewSubject("rbac.authorization.k8s.io", "User", LIMITED, null)
                        .build())
                .create();
    }

    private static void uninstall(AuditedApiServer from, String crd) {
        var definitions = from.client().apiextensions().v1().customResourceDefinitions();
        definitions.withName(crd).delete();
        eventually(() -> assertEquals(null, definitions.withName(crd).get()));
    }

    private static void install(AuditedApiServer on, String crd) {
        install(on, crd, "v1alpha1");
    }

    private static void install(AuditedApiServer on, String crd, String version) {
        try (InputStream file = ResilienceIT.class.getResourceAsStream("/crds/" + crd + ".yaml")) {
            String yaml = new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("v1alpha1", version);
            on.client()
                    .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                    .create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        eventually(() -> assertTrue(on
                .client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(crd)
                .get()
                .getStatus()
                .getConditions()
                .stream()
                .anyMatch(condition -> condition.getType().equals("Established")
                        && condition.getStatus().equals("True"))));
    }
}
