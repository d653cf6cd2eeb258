package io.projectsveltos.clusterinventory.credential;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.credential.exec.ExecPlugins;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigValidator;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** Makes credentials from the kubeconfigs that exec plugins and custom provider routes return. */
public final class CredentialFactory {

    private final ExecPlugins plugins;
    private final UnaryOperator<String> routes;
    private final RefreshSchedule schedule;

    /**
     * Makes credentials.
     *
     * @param plugins the plugins of the provider file
     * @param routes a digest of the custom provider route of an access provider, empty if it does not have one
     * @param schedule when they are renewed
     */
    public CredentialFactory(ExecPlugins plugins, UnaryOperator<String> routes, RefreshSchedule schedule) {
        this.plugins = plugins;
        this.routes = routes;
        this.schedule = schedule;
    }

    /** The fingerprint of the inputs that a credential would be made from now. */
    public String fingerprint(AccessProvider entry) {
        String route = routes.apply(entry.name());
        return route.isEmpty()
                ? Credential.fingerprintOf(entry.name(), plugins.canonicalInput(entry))
                : Credential.fingerprintOf(entry.name(), plugins.canonicalInput(entry), route);
    }

    /**
     * Creates a credential from the kubeconfig that a plugin or a custom provider route returned.
     *
     * @param entry the profile's entry that it was made from
     * @param fingerprint of what it was made from, as it was before that was read
     * @param isSourceWatched whether a change of the source is noticed: then the credential is used until that happens
     * @param kubeconfig with its expiry, if that is known
     * @return the credential
     * @throws ReconcileFailure if the kubeconfig has any fault
     */
    public Credential create(
            @Variable("accessProvider") AccessProvider entry,
            @Variable("fingerprint") String fingerprint,
            @Variable("isSourceWatched") boolean isSourceWatched,
            @Body Kubeconfig kubeconfig) {
        KubeconfigValidator.validate(kubeconfig.content()).ifPresent(fault -> {
            throw new ReconcileFailure(
                    Reason.InvalidExecCredential,
                    "The kubeconfig from access provider " + entry.name() + " " + fault.message());
        });
        Validity validity = isSourceWatched ? null : schedule.validity(kubeconfig.expiry());
        return new Credential(kubeconfig.content(), entry.name(), fingerprint, null, validity);
    }
}
