package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.AuditedApiServer.LIMITED;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ControllerExtension;
import io.projectsveltos.clusterinventory.testing.Manifests;
import io.projectsveltos.clusterinventory.testing.Permission;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Each right that the manifests grant is taken away while the controller works, and given back. */
class RightsIT {

    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final String ROLE = "rights";

    @RegisterExtension
    static final ControllerExtension<AuditedApiServer> env = ControllerExtension.onRealApiServer();

    @TempDir
    private Path directory;

    private final AuditedApiServer server = env.server();

    @Test
    void continuesWhenARightIsGivenBack() {
        assumeTrue(TestedController.isOurs(), "another controller needs other rights");
        List<Permission> rights = Manifests.of("base")
                .all("ClusterRole")
                .flatMap(Permission::of)
                .filter(Permission::isNamespaced)
                .toList();
        // in the normal build those whose loss is noticed first
        List<Permission> taken = Scale.isFull()
                ? rights
                : rights.stream().filter(right -> right.verb().equals("patch")).toList();
        server.grant(ROLE, rules(rights, right -> true));
        Fleet fleet = new Fleet(server, new Random(Scale.seed()), directory);
        fleet.create(Scale.profiles());
        try (FaultProxy network = FaultProxy.start(server);
                TestedController controller =
                        TestedController.start(network.kubeconfigOf(LIMITED), fleet.providerFile(), directory)) {
            Judgement judgement = new Judgement("a right taken away for 5 s and given back", fleet, BOUND);
            judgement.awaitRecovery();
            for (Permission right : taken) {
                set(rights, other -> !other.equals(right));
                // a watch that has begun is not refused
                network.resetConnections();
                fleet.changeFor(Duration.ofSeconds(5));
                set(rights, other -> true);
                judgement.awaitRecovery();
            }
            judgement.conclude(taken.size(), 0, LIMITED);
            assertTrue(controller.isAlive());
        }
    }

    private void set(List<Permission> rights, Predicate<Permission> granted) {
        server.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(ROLE)
                        .endMetadata()
                        .withRules(rules(rights, granted))
                        .build())
                .update();
    }

    private static PolicyRule[] rules(List<Permission> rights, Predicate<Permission> granted) {
        return rights.stream()
                .filter(granted)
                .map(right -> AuditedApiServer.rule(right.group(), right.resource(), right.verb()))
                .toArray(PolicyRule[]::new);
    }
}
