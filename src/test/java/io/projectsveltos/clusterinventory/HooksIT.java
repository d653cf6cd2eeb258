package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretReader;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.projectsveltos.clusterinventory.credential.Renewal;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import io.projectsveltos.clusterinventory.testing.RunningController;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Hooks: routes of integrators that change what is written, and that are notified. */
class HooksIT {

    private static final String SPOKE = "spoke";
    private static final String VERSION = "kubernetes-version";

    private static final String DECORATE_CLUSTER = """
            - route:
                id: label-version
                from:
                  uri: direct:decorate-sveltoscluster
                  steps:
                    - bean:
                        ref: decoration
                        method: label(${body}, 'kubernetes-version', ${variable.clusterProfile[status][version][kubernetes]})
                    - bean: { ref: decoration, method: "data(${body}, 'a', 'b')" }
            """;

    private static final String DECORATE_SECRET = """
            - route:
                id: label-secret
                from:
                  uri: direct:decorate-secret
                  steps:
                    - setBody: { expression: { constant: { expression: '{"labels": {"team": "a"}, "annotations": {"b": "c"}}' } } }
            """;

    private static final String FAIL = """
            - route:
                id: fail-%1$s
                from:
                  uri: direct:%1$s
                  steps:
                    - throwException: { exceptionType: java.lang.IllegalStateException, message: s3cr3t }
            """;

    private static final String REFUSED = """
            - route:
                id: refused
                from:
                  uri: direct:decorate-sveltoscluster
                  steps:
                    - setBody:
                        expression: { constant: { expression: '{"spec": {"consecutiveFailureThreshold": "three"}}' } }
            """;

    private static final String NOTIFIED = """
            - route:
                id: on-synced
                from:
                  uri: direct:on-synced
                  steps:
                    - log: { message: "synced ${body[namespace]}/${body[name]} ${body[secret]} ${body[sveltosCluster]}" }
            - route:
                id: on-event
                from:
                  uri: direct:on-event
                  steps:
                    - log: { message: "event ${body[type]} ${body[reason]} ${body[object][name]}" }
            """;

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    private final ClusterFixtures fleet = env.fleet();

    @TempDir
    private Path directory;

    @Test
    void aLabelOfAHookIsRepairedAndRemovedWithTheHook() throws IOException {
        start(DECORATE_CLUSTER + DECORATE_SECRET);
        createProfile();
        fleet.awaitServed(SPOKE);
        assertEquals(
                "v1.33.1_k3s1___x_____labels___1",
                labels(fleet.cluster(SPOKE).get()).get(VERSION));
        assertEquals(Map.of("a", "b"), spec(fleet.cluster(SPOKE).get()).get("data"));
        assertEquals("a", labels(fleet.managedSecret(SPOKE).get()).get("team"));
        assertEquals("c", annotations(fleet.managedSecret(SPOKE).get()).get("b"));

        fleet.label(fleet.cluster(SPOKE), VERSION, "other");
        fleet.label(fleet.managedSecret(SPOKE), "team", "other");
        eventually(() -> assertEquals(
                "v1.33.1_k3s1___x_____labels___1",
                labels(fleet.cluster(SPOKE).get()).get(VERSION)));
        eventually(
                () -> assertEquals("a", labels(fleet.managedSecret(SPOKE).get()).get("team")));

        env.stop();
        start("");
        eventually(() -> assertFalse(labels(fleet.cluster(SPOKE).get()).containsKey(VERSION)));
        eventually(() -> assertNull(spec(fleet.cluster(SPOKE).get()).get("data")));
        eventually(() -> assertFalse(labels(fleet.managedSecret(SPOKE).get()).containsKey("team")));
        eventually(
                () -> assertFalse(annotations(fleet.managedSecret(SPOKE).get()).containsKey("b")));
    }

    @Test
    void aHookThatFailsLeavesWhatItHasSetAndTheCredentialIsRenewed() throws IOException {
        start(DECORATE_CLUSTER + DECORATE_SECRET);
        createProfile();
        fleet.awaitServed(SPOKE);
        env.stop();

        start(FAIL.formatted("decorate-sveltoscluster") + FAIL.formatted("decorate-secret"));
        fleet.awaitEvent(SPOKE, "HookFailed");
        fleet.changeSource(SPOKE, kubeconfig("changed"));

        eventually(() -> assertEquals(kubeconfig("changed"), fleet.copied(SPOKE)));
        assertEquals(
                "v1.33.1_k3s1___x_____labels___1",
                labels(fleet.cluster(SPOKE).get()).get(VERSION));
        assertEquals("a", labels(fleet.managedSecret(SPOKE).get()).get("team"));
        String note = fleet.events(SPOKE, "HookFailed").get(0).getNote();
        assertTrue(note.contains("with IllegalStateException"), note);
        assertFalse(note.contains("s3cr3t"), note);
    }

    @Test
    void aHookWhoseSpecIsRefusedIsReportedAndTheCredentialIsRenewed() throws IOException {
        start("");
        createProfile();
        fleet.awaitServed(SPOKE);
        env.stop();

        start(REFUSED);
        fleet.awaitEvent(SPOKE, "HookFailed");
        fleet.changeSource(SPOKE, kubeconfig("changed"));

        eventually(() -> assertEquals(kubeconfig("changed"), fleet.copied(SPOKE)));
        // the default of the CRD
        assertEquals(3, spec(fleet.cluster(SPOKE).get()).get("consecutiveFailureThreshold"));
    }

    @Test
    void notifiesOfWhatWasAppliedAndReported() throws IOException {
        try (LogCapture log = LogCapture.started(Level.INFO)) {
            start(NOTIFIED);
            createProfile();
            fleet.awaitServed(SPOKE);

            eventually(() -> assertEquals(1, count(log, "synced " + fleet.namespace() + "/spoke CREATED CREATED")));
            eventually(() -> assertEquals(1, count(log, "event Normal Synced spoke")));
        }
    }

    @Test
    void aNotificationThatFailsIsOneLineAndFailsNothing() throws IOException {
        try (LogCapture log = LogCapture.started()) {
            start(FAIL.formatted("on-synced"));
            createProfile();
            fleet.awaitServed(SPOKE);

            eventually(() -> assertEquals(1, count(log, ": a notification is lost")));
            assertEquals(1, ours(log).size(), () -> ours(log).toString());
        }
    }

    @Test
    void aRouteRenewsAProfile() throws IOException {
        try (LogCapture log = LogCapture.started()) {
            RunningController controller = start("");
            createProfile();
            fleet.awaitServed(SPOKE);
            String before = annotations(fleet.managedSecret(SPOKE).get())
                    .get("clusterinventory.projectsveltos.io/source-fingerprint");

            controller.context().createProducerTemplate().sendBody("direct:renew", fleet.namespace() + "/" + SPOKE);
            controller.context().createProducerTemplate().sendBody("direct:renew", fleet.namespace() + "/none");
            controller.context().createProducerTemplate().sendBody("direct:renew", "{\"token\": \"t0ken\"}");

            eventually(() -> assertTrue(annotations(fleet.managedSecret(SPOKE).get())
                    .get("clusterinventory.projectsveltos.io/source-fingerprint")
                    .startsWith(before + ".")));
            assertTrue(annotations(fleet.profile(SPOKE).get()).containsKey(Renewal.ANNOTATION));
            assertEquals(
                    List.of(
                            "WARN direct:renew: " + fleet.namespace() + "/none is not a ClusterProfile served here",
                            "WARN direct:renew: the body, which is not namespace/name, is not a ClusterProfile served here"),
                    ours(log));
        }
    }

    /** Without the warnings of the test's own client. */
    private static List<String> ours(LogCapture log) {
        return log.lines().stream()
                .filter(line -> !line.contains("The client is using"))
                .toList();
    }

    private static long count(LogCapture log, String text) {
        return log.lines().stream().filter(line -> line.endsWith(text)).count();
    }

    private void createProfile() {
        fleet.createProfile(SPOKE);
        fleet.createSource(SPOKE, kubeconfig(SPOKE));
        fleet.reportStatus(
                SPOKE,
                Map.of(
                        "version",
                        Map.of("kubernetes", "v1.33.1+k3s1, 'x', {\"labels\": 1}"),
                        "accessProviders",
                        List.of(secretReader(Map.of("name", SPOKE, "key", "value")))));
    }

    private RunningController start(String routes) throws IOException {
        String files = "classpath:routes/*.yaml";
        if (!routes.isEmpty()) {
            files += ",file:" + Files.writeString(directory.resolve("hooks.camel.yaml"), routes);
        }
        return env.start(Map.of("camel.main.routes-include-pattern", files));
    }
}
