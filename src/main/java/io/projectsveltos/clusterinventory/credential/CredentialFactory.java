package io.projectsveltos.clusterinventory.credential;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.credential.exec.ExecPlugins;
import io.projectsveltos.clusterinventory.credential.kubeconfig.Kubeconfig;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigValidator;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** Makes credentials from the kubeconfigs that exec plugins and custom provider routes return. */
public final class CredentialFactory {

    private final ExecPlugins plugins;
    private final RefreshSchedule schedule;

    public CredentialFactory(ExecPlugins plugins, RefreshSchedule schedule) {
        this.plugins = plugins;
        this.schedule = schedule;
    }

    /** The fingerprint of the inputs that a credential would be made from now. */
    public String fingerprint(AccessProvider entry) {
        return Credential.fingerprintOf(entry.name(), plugins.canonicalInput(entry));
    }

    /**
     * Creates a credential from the kubeconfig that a plugin or a custom provider route returned.
     *
     * @param entry the profile's entry that it was made from
     * @param fingerprint of what it was made from, as it was before that was read
     * @param kind the kind of the access provider; a token from a Secret is used until the Secret changes
     * @param given a {@link Kubeconfig}, or the bytes of a kubeconfig without a known expiry
     * @return the credential
     * @throws ReconcileFailure if it is neither of these, or a kubeconfig with any fault
     */
    public Credential create(
            @Variable("accessProvider") AccessProvider entry,
            @Variable("fingerprint") String fingerprint,
            @Variable("providerKind") String kind,
            @Body Object given) {
        Kubeconfig kubeconfig = kubeconfig(entry, given);
        KubeconfigValidator.validate(kubeconfig.content()).ifPresent(fault -> {
            throw new ReconcileFailure(
                    Reason.InvalidExecCredential,
                    "The kubeconfig from access provider " + entry.name() + " " + fault.message());
        });
        boolean isWatched = Kind.TOKEN_SECRET.name().equals(kind);
        Validity validity = isWatched ? null : schedule.validity(kubeconfig.expiry());
        return new Credential(kubeconfig.content(), entry.name(), fingerprint, null, validity);
    }

    private static Kubeconfig kubeconfig(AccessProvider entry, Object given) {
        if (given instanceof Kubeconfig kubeconfig) {
            return kubeconfig;
        }
        if (given instanceof byte[] bytes) {
            return new Kubeconfig(bytes, null);
        }
        throw new ReconcileFailure(
                Reason.InvalidExecCredential,
                "The route of access provider " + entry.name()
                        + " returned no kubeconfig: its body must be a kubeconfig as String or bytes, or it must end with"
                        + " direct:build-kubeconfig");
    }
}
