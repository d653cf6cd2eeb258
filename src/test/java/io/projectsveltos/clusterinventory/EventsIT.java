package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.FIRST;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.LIMITED;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.SECOND;
import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.rule;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.eventually;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretReader;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.steadily;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.RunningController;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Events on profiles: every reason, counted instead of repeated, and within their budgets. */
class EventsIT {

    private static final String SVELTOS_FINALIZER = "projectsveltos.io/sveltoscluster";
    private static final String UNSAFE = """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://member.example"}}]
            users: [{name: u, user: {exec: {command: sh}}}]
            """;

    /** Recorded only with settings of their own. HealthGateIT, RulesIT, SameClusterIT and SveltosConnectionIT await them. */
    private static final Set<Reason> OPTIONAL = EnumSet.of(
            Reason.AccessProviderTimeout,
            Reason.WaitingForControlPlane,
            Reason.LabelReplaced,
            Reason.HookFailed,
            Reason.ShardUnknown,
            Reason.SameCluster,
            Reason.SveltosCannotConnect,
            Reason.SveltosConnected);

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @Test
    void recordsEachReasonOfTheDefaultsOnItsProfile() {
        Plugins plugins = new Plugins(directory)
                .add("fails", "exit 3")
                .add("hangs", "sleep 600")
                .add("nonsense", "echo nonsense");
        env.start(Map.of(
                "clusterprofile-provider-file", plugins.file().toString(),
                "exec-plugin.timeout", "500ms",
                "outputs.repair-burst", "1",
                "events.slow-deletion-after", "1s"));
        Map<Reason, String> profiles = profilesForEachReason();

        Set<String> reasons = profiles.keySet().stream().map(Reason::name).collect(Collectors.toSet());
        eventually(() ->
                assertEquals(reasons, events().stream().map(Event::getReason).collect(Collectors.toSet())));

        profiles.forEach((reason, name) -> {
            Event event = fleet.events(name, reason.name()).get(0);
            assertEquals(reason.type().name(), event.getType());
            assertEquals("ClusterProfile", event.getRegarding().getKind());
            assertEquals(
                    fleet.profile(name).get().getMetadata().getUid(),
                    event.getRegarding().getUid());
            assertFalse(event.getNote().isBlank());
        });
        fleet.setFinalizers(fleet.cluster("waiting"));
    }

    @Test
    void repeatsNothingAfterARestart() {
        fleet.createProfileFrom("missing", "without-source");
        fleet.createProfileOffering("unserved", "unknown");
        fleet.createSecret(secretName("foreign"), Map.of(), "foreign");
        fleet.createProfileAndSource("foreign");
        env.start(Map.of());
        fleet.createServedProfile("served");
        eventually(() -> assertEquals(4, events().size()));
        env.stop();
        Map<String, String> before = versions();

        env.start(SECOND, Map.of("sync-period", "1s"));

        eventually(() -> assertEquals(3, requestsOfEvents(SECOND, "create").size()));
        eventually(() -> assertEquals(3, requestsOfEvents(SECOND, "get").size()));
        server.awaitMore(3, SECOND, fleet.namespace(), "get secrets missing");
        assertEquals(before, versions());
        assertTrue(requestsOfEvents(SECOND, "create").stream().allMatch(request -> request.code() == 409));
        assertEquals(List.of(), requestsOfEvents(SECOND, "patch"));
    }

    @Test
    void onlyCountsAnOngoingFailure() {
        env.start(Map.of("sync-period", "1s"));
        fleet.createProfileFrom("missing", "spoke");
        fleet.awaitEvent("spoke", "SourceSecretNotFound");

        server.awaitMore(4, FIRST, fleet.namespace(), "get secrets missing");

        assertEquals(1, server.eventRequests(FIRST, fleet.namespace()).size());
    }

    @Test
    void countsEachRotationInOneEventEvenAfterARestart() {
        env.start(Map.of());
        fleet.createServedProfile("spoke");
        rotate("one");
        awaitCount("Rotated", null);

        rotate("two");
        awaitCount("Rotated", 2);
        env.stop();
        env.start(SECOND, Map.of());
        rotate("three");

        awaitCount("Rotated", 3);
        assertEquals(2, fleet.events("spoke", "Synced").size(), "created, and rotated");
    }

    @Test
    void countsAFailureThatReturnsAfterItWasResolved() {
        env.start(Map.of());
        fleet.createProfileFrom("source", "spoke");
        awaitCount("The access provider refers to", null);
        fleet.createSource("source", kubeconfig("spoke"));
        awaitCount("Created", null);

        fleet.secret("source").delete();

        eventually(() -> {
            List<Event> found = fleet.events("spoke", "SourceSecretNotFound");
            assertEquals(1, found.size());
            // once more than before it was resolved, when it may have been seen more than once
            assertTrue(found.get(0).getSeries().getCount() >= 2);
        });
    }

    @Test
    void createsAnExpiredEventAgain() {
        env.start(Map.of());
        fleet.createServedProfile("spoke");
        rotate("one");
        awaitCount("Rotated", null);
        rotate("two");
        awaitCount("Rotated", 2);

        server.client().events().v1().events().inNamespace(fleet.namespace()).delete();
        rotate("three");

        awaitCount("Rotated", null);
        rotate("four");
        awaitCount("Rotated", 2);
    }

    @Test
    void recordsEventsOfManyBrokenProfilesAFewPerSecond() {
        int profiles = 300;
        IntStream.range(0, profiles).forEach(i -> fleet.createProfileOffering("spoke-" + i, "unknown"));

        env.start(Map.of("events.per-second", "30"));

        eventually(() -> assertEquals(profiles, events().size()));
        List<Instant> writes = server.eventRequests(FIRST, fleet.namespace()).stream()
                .map(AuditedApiServer.Request::received)
                .toList();
        assertEquals(profiles, writes.size());
        for (int i = 0; i + 60 < profiles; i++) {
            Duration of60 = Duration.between(writes.get(i), writes.get(i + 60));
            // two seconds, give or take the latency of the API server
            assertTrue(of60.compareTo(Duration.ofMillis(1500)) > 0, of60::toString);
        }
    }

    @Test
    void stopsImmediatelyWhileEventsArePendingAndRecordsThemAfterTheRestart() {
        int profiles = 30;
        IntStream.range(0, profiles).forEach(i -> fleet.createProfileOffering("spoke-" + i, "unknown"));
        RunningController first = env.start(Map.of("events.per-second", "1"));
        eventually(() -> assertFalse(events().isEmpty()));

        assertTimeout(Duration.ofSeconds(6), first::close);

        assertTrue(events().size() < profiles);
        env.start(SECOND, Map.of("events.per-second", "100"));
        eventually(() -> assertEquals(profiles, events().size()));
    }

    @Test
    void servesProfilesWhenEventsAreForbiddenAndLogsThatOnce() {
        server.grant(
                "clusterprofiles", rule("multicluster.x-k8s.io", "clusterprofiles", "get", "list", "watch", "patch"));
        server.grant(
                "sveltosclusters",
                rule("lib.projectsveltos.io", "sveltosclusters", "get", "list", "watch", "create", "patch"));
        server.grant("secrets", rule("", "secrets", "get", "list", "watch", "create", "patch"));
        try (LogCapture log = LogCapture.started()) {
            env.start(LIMITED, Map.of("sync-period", "1s"));
            fleet.createProfileFrom("missing", "broken");
            fleet.createServedProfile("spoke");

            eventually(() -> assertEquals(2, requestsOfEvents(LIMITED, "create").size()));
            server.awaitMore(3, LIMITED, fleet.namespace(), "get secrets missing");

            steadily(() -> assertEquals(2, requestsOfEvents(LIMITED, "create").size()));
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.contains(": cannot create events.events.k8s.io"))
                            .count(),
                    log.lines()::toString);
        }
    }

    private Map<Reason, String> profilesForEachReason() {
        Map<Reason, String> profiles = new TreeMap<>();
        fleet.createServedProfile("synced");
        profiles.put(Reason.Synced, "synced");
        fleet.createProfileOffering("unserved", "unknown");
        profiles.put(Reason.NoAccessProvider, "unserved");
        fleet.createProfileOffering("invalid", List.of(secretReader(Map.of("name", "without-key"))));
        profiles.put(Reason.InvalidAccessProvider, "invalid");
        fleet.createProfileFrom("missing", "without-source");
        profiles.put(Reason.SourceSecretNotFound, "without-source");
        fleet.createSource("empty", "");
        fleet.createProfileFrom("empty", "empty");
        profiles.put(Reason.SourceSecretInvalid, "empty");
        fleet.createSource("unsafe", UNSAFE);
        fleet.createProfileFrom("unsafe", "unsafe");
        profiles.put(Reason.UnsafeKubeconfig, "unsafe");
        Map.of(
                        Reason.ExecPluginFailed, "fails",
                        Reason.ExecPluginTimeout, "hangs",
                        Reason.InvalidExecCredential, "nonsense")
                .forEach((reason, plugin) -> {
                    fleet.createProfileOffering(plugin, plugin);
                    profiles.put(reason, plugin);
                });
        String invalidName = "n".repeat(250);
        fleet.createProfileOffering(invalidName, "unknown");
        profiles.put(Reason.InvalidName, invalidName);
        String longName = "n".repeat(64);
        fleet.createServedProfile(longName);
        profiles.put(Reason.LongName, longName);
        fleet.createServedProfile("fought-over");
        fleet.cluster("fought-over").delete();
        fleet.awaitServed("fought-over");
        fleet.cluster("fought-over").delete();
        profiles.put(Reason.FieldManagerConflict, "fought-over");
        fleet.createSecret(secretName("foreign"), Map.of(), "foreign");
        fleet.createProfileAndSource("foreign");
        profiles.put(Reason.NotOwned, "foreign");
        fleet.createCluster(
                "refused",
                Map.of(MANAGED_BY, MANAGER),
                Map.of(
                        "workloadIdentity",
                        Map.of(
                                "provider",
                                "AWS",
                                "endpoint",
                                "https://refused",
                                "aws",
                                Map.of("clusterName", "refused"))));
        fleet.createProfileAndSource("refused");
        profiles.put(Reason.ApplyRefused, "refused");
        fleet.createServedProfile("waiting");
        fleet.setFinalizers(fleet.cluster("waiting"), SVELTOS_FINALIZER);
        fleet.profile("waiting").delete();
        profiles.put(Reason.WaitingForSveltosCluster, "waiting");
        assertEquals(EnumSet.complementOf(EnumSet.copyOf(OPTIONAL)), profiles.keySet());
        return profiles;
    }

    private void rotate(String to) {
        fleet.changeSource("spoke", kubeconfig(to));
        eventually(() -> assertEquals(kubeconfig(to), fleet.copied("spoke")));
    }

    /** Waits until the only Event with such a note has this count, or no series when that is null. */
    private void awaitCount(String note, Integer count) {
        eventually(() -> {
            List<Event> found = events().stream()
                    .filter(event -> event.getNote().startsWith(note))
                    .toList();
            assertEquals(1, found.size());
            if (count == null) {
                assertNull(found.get(0).getSeries());
            } else {
                assertEquals(count, found.get(0).getSeries().getCount());
            }
        });
    }

    private List<Event> events() {
        return server.client()
                .events()
                .v1()
                .events()
                .inNamespace(fleet.namespace())
                .list()
                .getItems();
    }

    private Map<String, String> versions() {
        return events().stream()
                .collect(Collectors.toMap(event -> event.getMetadata().getName(), event -> event.getMetadata()
                        .getResourceVersion()));
    }

    private List<AuditedApiServer.Request> requestsOfEvents(String user, String verb) {
        return server.eventRequests(user, fleet.namespace()).stream()
                .filter(request -> request.verb().equals(verb))
                .toList();
    }
}
