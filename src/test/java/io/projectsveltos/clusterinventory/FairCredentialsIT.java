package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.Plugins;
import io.projectsveltos.clusterinventory.testing.RunningController;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A provider whose plugins all hang does not keep the credentials of another one from being renewed in time. */
@Timeout(180)
class FairCredentialsIT {

    /** Ten workers would be with these for 24 s, again and again; a credential is renewed 3 s before it expires, or more. */
    private static final int HANGING = 80;

    private static final int HEALTHY = 10;
    private static final int TOKEN_SECONDS = 15;

    private static final ResourceDefinitionContext PROFILE = new ResourceDefinitionContext.Builder()
            .withGroup("multicluster.x-k8s.io")
            .withVersion("v1alpha1")
            .withKind("ClusterProfile")
            .withPlural("clusterprofiles")
            .withNamespaced(true)
            .build();

    private final MockApiServer server = MockApiServer.start();
    private final ClusterFixtures fleet = new ClusterFixtures(server.client(), "fleet", PROFILE);
    private final Set<String> expired = new TreeSet<>();

    @TempDir
    private Path directory;

    private Plugins plugins;
    private RunningController controller;

    @BeforeEach
    void start() {
        plugins = new Plugins(directory)
                .add("hanging", "exec sleep 600")
                .add("healthy", Plugins.givesTokensFor("healthy", TOKEN_SECONDS));
        controller = RunningController.start(
                server.kubeconfigFile(),
                Map.of(
                        "clusterprofile-provider-file",
                        plugins.file().toString(),
                        "exec-plugin.timeout",
                        "3s",
                        "refresh.min-interval",
                        "1s",
                        "refresh.check-interval",
                        "200ms",
                        "credentials.base-delay",
                        "50ms"));
    }

    @AfterEach
    void stop() {
        controller.close();
        server.close();
    }

    @Test
    void noCredentialOfAHealthyProviderExpires() {
        IntStream.range(0, HANGING).forEach(i -> createProfile("hanging-" + i, "hanging"));
        IntStream.range(0, HEALTHY).forEach(i -> createProfile("healthy-" + i, "healthy"));
        int runs = plugins.runs("healthy").size();

        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    lookForExpired();
                    return plugins.runs("healthy").size() >= runs + 4 * HEALTHY;
                });

        assertEquals(Set.of(), expired);
    }

    private void lookForExpired() {
        Instant now = Instant.now();
        server.client().secrets().inNamespace(fleet.namespace()).list().getItems().stream()
                .map(secret -> annotations(secret).get("clusterinventory.projectsveltos.io/expires-at"))
                .filter(expiry -> !Instant.parse(expiry).isAfter(now))
                .forEach(expiry -> expired.add(expiry + " at " + now));
    }

    private void createProfile(String name, String provider) {
        fleet.createProfile(name);
        fleet.report(name, List.of(ClusterFixtures.accessProvider(provider, List.of())));
    }
}
