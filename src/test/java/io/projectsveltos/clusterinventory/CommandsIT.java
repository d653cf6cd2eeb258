package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.rule;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.CommandLineRun;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Commands of a user with few permissions, next to a running controller. */
class CommandsIT {

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final AuditedApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();

    @BeforeAll
    static void start() {
        env.start(Map.of());
    }

    @Test
    void explainsWithThePermissionsOfTheCaller() {
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");
        server.grantIn(
                fleet.namespace(),
                rule("multicluster.x-k8s.io", "clusterprofiles", "get"),
                rule("lib.projectsveltos.io", "sveltosclusters", "get"),
                rule("", "secrets", "get"),
                rule("events.k8s.io", "events", "list"));

        JsonNode explanation =
                run(0, "explain", key("edge-1"), "-o=json").json().path("explain");

        assertEquals("Served", explanation.path("state").asText());
        assertEquals("Synced", explanation.at("/events/0/reason").asText());
        assertEquals(List.of(), server.everyWrite(AuditedApiServer.LIMITED, fleet.namespace()));
        assertEquals(
                List.of(),
                server.refusals(AuditedApiServer.LIMITED).stream()
                        .filter(refusal -> refusal.contains(fleet.namespace()))
                        .toList());
    }

    @Test
    void explainsWhatItCanWithoutPermissionForSecretsAndEvents() {
        fleet.createServedProfile("edge-1");
        server.grantIn(
                fleet.namespace(),
                rule("multicluster.x-k8s.io", "clusterprofiles", "get"),
                rule("lib.projectsveltos.io", "sveltosclusters", "get"));

        CommandLineRun run = run(1, "explain", key("edge-1"));

        assertTrue(run.out().contains("cannot be explained from here"), run.out());
        assertTrue(run.out().contains("SveltosCluster   " + key("edge-1") + " is as it should be"), run.out());
        assertTrue(
                run.out().contains("cannot get secrets " + fleet.namespace() + "/" + secretName("edge-1")), run.out());
        assertTrue(run.out().contains("cannot list events.events.k8s.io"), run.out());
    }

    @Test
    void explainsAFailureFromItsEventWithoutPermissionForSecrets() {
        fleet.createProfileFrom("missing", "edge-1");
        fleet.awaitEvent("edge-1", "SourceSecretNotFound");
        server.grantIn(
                fleet.namespace(),
                rule("multicluster.x-k8s.io", "clusterprofiles", "get"),
                rule("lib.projectsveltos.io", "sveltosclusters", "get"),
                rule("events.k8s.io", "events", "list"));

        JsonNode explanation =
                run(3, "explain", key("edge-1"), "-o=json").json().path("explain");

        assertEquals("SourceSecretNotFound", explanation.path("reason").asText());
        assertEquals("Unknown", explanation.at("/secret/change").asText());
    }

    @Test
    void namesTheMissingPermissionForTheProfile() {
        CommandLineRun run = run(1, "explain", key("edge-1"));

        assertTrue(run.err().contains("cannot get clusterprofiles.multicluster.x-k8s.io"), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void plansWithThePermissionsOfTheCallerNextToAController() {
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");
        fleet.createProfileFrom("missing", "edge-2");
        server.grantIn(
                fleet.namespace(),
                rule("multicluster.x-k8s.io", "clusterprofiles", "list"),
                rule("lib.projectsveltos.io", "sveltosclusters", "list"),
                rule("", "secrets", "get", "list"));

        JsonNode plan = run(3, "plan", "--watch-namespaces=" + fleet.namespace(), "-o=json")
                .json()
                .path("plan");

        assertEquals(1, plan.at("/counts/None").asInt(), plan.toString());
        assertEquals("SourceSecretNotFound", plan.at("/profiles/0/reason").asText());
        assertEquals(List.of(), server.everyWrite(AuditedApiServer.LIMITED, fleet.namespace()));
    }

    @Test
    void isAPluginOfKubectl() throws Exception {
        fleet.createServedProfile("edge-1");
        fleet.awaitEvent("edge-1", "Synced");

        CommandLineRun run = kubectl("clusterinventory", "explain", "edge-1", "-n", fleet.namespace());

        assertEquals(0, run.code(), run.err());
        assertEquals("", run.err());
        assertTrue(run.out().startsWith("ClusterProfile " + key("edge-1") + " is served\n"), run.out());
        assertEquals(3, kubectl("clusterinventory", "explain", key("edge-2")).code());
    }

    /** Without a command the jar would start a controller. */
    @Test
    void doesNotStartAControllerAsAPluginOfKubectl() throws Exception {
        CommandLineRun run = kubectl("clusterinventory");

        assertEquals(2, run.code());
        assertTrue(run.err().startsWith("usage: kubectl clusterinventory "), run.err());
    }

    private CommandLineRun kubectl(String... args) throws Exception {
        Path jar = directory.resolve("clusterinventory-camel.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Stream.of(classPath.split(File.pathSeparator))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        List<String> command = new ArrayList<>(List.of(Kubectl.find().program().toString()));
        command.addAll(List.of(args));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder process =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        Map<String, String> environment = process.environment();
        environment.put("PATH", Path.of("bin").toAbsolutePath() + File.pathSeparator + environment.get("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("CLUSTERINVENTORY_CAMEL_JAR", jar.toString());
        environment.put(
                "KUBECONFIG", server.kubeconfigOf(AuditedApiServer.SECOND).toString());
        int code = process.start().waitFor();
        return new CommandLineRun(code, Files.readString(out), Files.readString(err));
    }

    private String key(String profile) {
        return fleet.namespace() + "/" + profile;
    }

    private CommandLineRun run(int code, String... args) {
        CommandLineRun run = CommandRunner.run(Stream.concat(
                        Stream.of(args), Stream.of("--kubeconfig=" + server.kubeconfigOf(AuditedApiServer.LIMITED)))
                .toArray(String[]::new));
        assertEquals(code, run.code(), run.out() + run.err());
        return run;
    }
}
