package io.projectsveltos.clusterinventory.wiring;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesClients;
import io.projectsveltos.clusterinventory.leaderelection.LeaderElection;
import io.projectsveltos.clusterinventory.leaderelection.ProcessTerminator;
import io.projectsveltos.clusterinventory.settings.Settings;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;

/** Takes part in leader election from the start of Camel until its routes have stopped. */
final class LeaderElectionLifecycle extends LifecycleStrategySupport {

    private final KubernetesClient client;
    private final LeaderElection election;

    /**
     * Prepares the election.
     *
     * @param settings the settings
     * @param hostName names this process in the Lease
     * @param cleanup done before the process is halted because it has lost the Lease
     */
    LeaderElectionLifecycle(Settings settings, String hostName, Runnable cleanup) {
        client =
                KubernetesClients.createWithTimeout(settings.text("kubeconfig"), LeaderElection.REQUEST_TIMEOUT_MILLIS);
        String own = client.getConfiguration().getNamespace();
        String namespace = Stream.of(settings.text("leader-election.namespace"), own == null ? "" : own, "default")
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElseThrow();
        election = new LeaderElection(
                client,
                namespace,
                settings.text("leader-election.lease"),
                hostName,
                ProcessTerminator.haltAfter(cleanup));
    }

    LeaderElection election() {
        return election;
    }

    @Override
    public void onContextStarted(CamelContext started) {
        election.start();
    }

    /** The routes have stopped and write nothing more. */
    @Override
    public void onContextStopped(CamelContext stopped) {
        election.close();
        client.close();
    }
}
