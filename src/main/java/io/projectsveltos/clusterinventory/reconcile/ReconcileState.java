package io.projectsveltos.clusterinventory.reconcile;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.credential.CredentialFactory;
import io.projectsveltos.clusterinventory.credential.secretreader.KubeconfigSecretReader;
import io.projectsveltos.clusterinventory.credential.secretreader.SecretKeySelector;
import io.projectsveltos.clusterinventory.credential.secretreader.SourceSecretIndex;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.sveltos.HealthGate;
import io.projectsveltos.clusterinventory.sveltos.ManagedSecrets;
import io.projectsveltos.clusterinventory.sveltos.Outputs;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;

/** Loads the input of a reconcile: the profile, its access provider, and the source of its kubeconfig. */
public final class ReconcileState {

    private final InformerStore<ClusterProfile, ClusterProfile> profiles;
    private final AccessProviderSelector selector;
    private final KubeconfigSecretReader reader;
    private final SourceSecretIndex sources;
    private final CredentialFactory credentials;
    private final ManagedSecrets managedSecrets;
    private final Outputs outputs;
    private final HealthGate gate;

    /**
     * Reads from what the informers know.
     *
     * @param profiles the informer's ClusterProfiles
     * @param selector selects their access providers
     * @param reader reads references to source Secrets
     * @param sources knows the versions of source Secrets
     * @param credentials knows what other credentials are made from
     * @param managedSecrets knows which managed Secrets are outdated
     * @param outputs knows which profiles have outputs
     * @param gate knows which profiles are not registered yet
     */
    public ReconcileState(
            InformerStore<ClusterProfile, ClusterProfile> profiles,
            AccessProviderSelector selector,
            KubeconfigSecretReader reader,
            SourceSecretIndex sources,
            CredentialFactory credentials,
            ManagedSecrets managedSecrets,
            Outputs outputs,
            HealthGate gate) {
        this.profiles = profiles;
        this.selector = selector;
        this.reader = reader;
        this.sources = sources;
        this.credentials = credentials;
        this.managedSecrets = managedSecrets;
        this.outputs = outputs;
        this.gate = gate;
    }

    /**
     * Loads the profile of a key from the queue.
     *
     * @param key {@code namespace/name}
     * @param exchange gets the variables {@code key}, {@code readThrough}, {@code clusterProfile} (null if the profile is
     *     gone), {@code isBeingDeleted}, {@code hasFinalizer}, {@code hasOutputs}, {@code isHeldBack} and
     *     {@code connection} (null while only the metadata of SveltosClusters is read)
     */
    public void load(@Body String key, Exchange exchange) {
        ObjectKey parsed = ObjectKey.parse(key);
        exchange.setVariable("key", parsed);
        boolean hasOutputs = outputs.hasAny(parsed);
        exchange.setVariable("hasOutputs", hasOutputs);
        exchange.setVariable("connection", outputs.connection(parsed));
        // after a failed attempt the API server is asked too: it knows objects that the informers do not
        int failures = exchange.getMessage().getHeader(WorkqueueConstants.REQUEUES, 0, int.class);
        exchange.setVariable("readThrough", failures > 0);
        ClusterProfile profile = profiles.get(key);
        exchange.setVariable("clusterProfile", profile);
        exchange.setVariable("isBeingDeleted", profile != null && profile.isBeingDeleted());
        exchange.setVariable("hasFinalizer", profile != null && profile.isFinalizerSet());
        exchange.setVariable("isHeldBack", profile != null && gate.isHoldingBack(profile, hasOutputs));
    }

    /**
     * Selects the access provider of the profile.
     *
     * @param profile the profile
     * @param exchange gets the variables {@code accessProvider}, the selected entry, and {@code providerKind}, the name of a
     *     {@link SelectedProvider.Kind}; both are null while the profile offers none
     * @throws ReconcileFailure if none of its access providers can be used
     */
    public void selectAccessProvider(@Variable("clusterProfile") ClusterProfile profile, Exchange exchange) {
        SelectedProvider selected = selector.select(profile);
        exchange.setVariable("accessProvider", selected == null ? null : selected.entry());
        exchange.setVariable(
                "providerKind", selected == null ? null : selected.kind().name());
    }

    /**
     * Locates the Secret that a profile refers to.
     *
     * @param profile the profile
     * @param provider its entry for the secret reader
     * @param exchange gets the variables {@code secretReference}, {@code fingerprint} of the Secret's current version, which
     *     is null if the Secret does not exist, and {@code isOutdated}
     * @throws ReconcileFailure if the entry's extension is missing or invalid, or the namespace is not allowed
     */
    public void locateSource(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("accessProvider") AccessProvider provider,
            Exchange exchange) {
        SecretKeySelector reference = reader.reference(profile, provider);
        exchange.setVariable("secretReference", reference);
        setFingerprint(profile, provider, sources.fingerprint(reference), exchange);
    }

    /**
     * Loads what a credential of a profile would be made from now, if it does not come from a Secret.
     *
     * @param profile the profile
     * @param provider the selected entry
     * @param exchange gets the variables {@code fingerprint} and {@code isOutdated}
     */
    public void loadCredentialInput(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("accessProvider") AccessProvider provider,
            Exchange exchange) {
        setFingerprint(profile, provider, credentials.fingerprint(provider), exchange);
    }

    private void setFingerprint(
            ClusterProfile profile, AccessProvider provider, String fingerprint, Exchange exchange) {
        exchange.setVariable("fingerprint", fingerprint);
        exchange.setVariable("isOutdated", managedSecrets.isOutdated(profile, provider, fingerprint));
    }
}
