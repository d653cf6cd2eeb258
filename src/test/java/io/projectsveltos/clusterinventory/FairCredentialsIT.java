package io.projectsveltos.clusterinventory;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A provider whose plugins all hang does not delay the renewal of credentials from another provider. */
@Timeout(180)
class FairCredentialsIT {

    /** These would occupy ten workers for 24 s, again and again. A credential is renewed at least 3 s before it expires. */
    private static final int HANGING = 80;

    private static final int HEALTHY = 10;
    private static final int TOKEN_SECONDS = 15;

    @RegisterExtension
    static final ControllerExtension<MockApiServer> env = ControllerExtension.onMockApiServer();

    private final MockApiServer server = env.server();
    private final ClusterFixtures fleet = env.fleet();
    private final Set<String> expired = new TreeSet<>();

    @TempDir
    private Path directory;

    private Plugins plugins;

    @BeforeEach
    void start() {
        plugins = new Plugins(directory)
                .add("hanging", "exec sleep 600")
                .add("healthy", Plugins.returnsTokensFor("healthy", TOKEN_SECONDS));
        env.start(Map.of(
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

    @Test
    void noCredentialOfAHealthyProviderExpires() {
        IntStream.range(0, HANGING).forEach(i -> fleet.createProfileOffering("hanging-" + i, "hanging"));
        IntStream.range(0, HEALTHY).forEach(i -> fleet.createProfileOffering("healthy-" + i, "healthy"));
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
}
