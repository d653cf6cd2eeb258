package io.projectsveltos.clusterinventory.credential;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.exec.ExecPlugins;
import io.projectsveltos.clusterinventory.credential.kubeconfig.ClusterEntryValidator;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigBuilder;
import io.projectsveltos.clusterinventory.credential.kubeconfig.ServiceAccountTokens;
import io.projectsveltos.clusterinventory.settings.Settings;
import java.time.Clock;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.camel.spi.Registry;

/**
 * The beans that both exec plugins and custom provider routes need.
 *
 * @param settings the settings
 * @param clock the clock
 * @param random numbers from 0 to 1, for the jitter of refreshes
 * @param plugins the plugins of the provider file
 * @param routes a digest of the custom provider route of an access provider, empty if it does not have one
 * @param isQueued whether the credentials queue contains a profile
 */
public record CredentialBeans(
        Settings settings,
        Clock clock,
        DoubleSupplier random,
        ExecPlugins plugins,
        UnaryOperator<String> routes,
        Predicate<ObjectKey> isQueued) {

    /**
     * Binds them.
     *
     * @param registry where to
     */
    public void bind(Registry registry) {
        RefreshSchedule schedule = new RefreshSchedule(
                clock, random, settings.duration("sync-period"), settings.duration("refresh.min-interval"));
        registry.bind("clusterEntryValidator", new ClusterEntryValidator());
        registry.bind("kubeconfigBuilder", new KubeconfigBuilder());
        registry.bind(
                "serviceAccountTokens",
                new ServiceAccountTokens(
                        () -> registry.lookupByNameAndType("kubernetesClient", KubernetesClient.class)));
        registry.bind("credentialFactory", new CredentialFactory(plugins, routes, schedule));
        registry.bind("credentialHandoff", new CredentialHandoff(isQueued, clock));
    }
}
