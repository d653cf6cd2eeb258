package io.projectsveltos.clusterinventory.reconcile;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.credential.CredentialFactory;
import io.projectsveltos.clusterinventory.credential.Renewal;
import io.projectsveltos.clusterinventory.credential.secretreader.KubeconfigSecretReader;
import io.projectsveltos.clusterinventory.credential.secretreader.SecretKeySelector;
import io.projectsveltos.clusterinventory.credential.secretreader.SourceSecretIndex;
import io.projectsveltos.clusterinventory.credential.secretreader.TokenSecrets;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.hooks.Decoration;
import io.projectsveltos.clusterinventory.hooks.Decorator;
import io.projectsveltos.clusterinventory.hooks.Hook;
import io.projectsveltos.clusterinventory.registration.Registrations;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.registration.Rules;
import io.projectsveltos.clusterinventory.registration.WorkloadIdentity;
import io.projectsveltos.clusterinventory.sveltos.HealthGate;
import io.projectsveltos.clusterinventory.sveltos.ManagedSecrets;
import io.projectsveltos.clusterinventory.sveltos.OperationResult;
import io.projectsveltos.clusterinventory.sveltos.Outputs;
import io.projectsveltos.clusterinventory.sveltos.SameCluster;
import io.projectsveltos.clusterinventory.sveltos.SveltosClusters;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Variable;

/** Loads the input of a reconcile: the profile, its access provider, and the source of its kubeconfig. */
public final class ReconcileState {

    private final InformerStore<ClusterProfile, ClusterProfile> profiles;
    private final AccessProviderSelector selector;
    private final KubeconfigSecretReader reader;
    private final SourceSecretIndex sources;
    private final TokenSecrets tokens;
    private final CredentialFactory credentials;
    private final Registrations registrations;
    private final Rules rules;
    private final ManagedSecrets managedSecrets;
    private final Outputs outputs;
    private final SameCluster sameCluster;
    private final HealthGate gate;
    private final SveltosClusters sveltosClusters;
    private final Decorator decorator;

    /**
     * Reads from what the informers know.
     *
     * @param profiles the informer's ClusterProfiles
     * @param selector selects their access providers
     * @param reader reads references to source Secrets
     * @param sources knows the versions of source Secrets
     * @param tokens knows which Secrets have tokens, and their versions
     * @param credentials knows what other credentials are made from
     * @param registrations knows how clusters are registered without a credential
     * @param rules knows what SveltosClusters have in addition
     * @param managedSecrets knows which managed Secrets are outdated
     * @param outputs knows which profiles have outputs
     * @param sameCluster knows which profiles stand for the same cluster
     * @param gate knows which profiles are not registered yet
     * @param sveltosClusters knows what SveltosClusters would be without a hook
     * @param decorator asks the hooks that change outputs
     */
    public ReconcileState(
            InformerStore<ClusterProfile, ClusterProfile> profiles,
            AccessProviderSelector selector,
            KubeconfigSecretReader reader,
            SourceSecretIndex sources,
            TokenSecrets tokens,
            CredentialFactory credentials,
            Registrations registrations,
            Rules rules,
            ManagedSecrets managedSecrets,
            Outputs outputs,
            SameCluster sameCluster,
            HealthGate gate,
            SveltosClusters sveltosClusters,
            Decorator decorator) {
        this.profiles = profiles;
        this.selector = selector;
        this.reader = reader;
        this.sources = sources;
        this.tokens = tokens;
        this.credentials = credentials;
        this.registrations = registrations;
        this.rules = rules;
        this.managedSecrets = managedSecrets;
        this.outputs = outputs;
        this.sameCluster = sameCluster;
        this.gate = gate;
        this.sveltosClusters = sveltosClusters;
        this.decorator = decorator;
    }

    /**
     * Loads the profile of a key from the queue.
     *
     * @param key {@code namespace/name}
     * @param exchange gets the variables {@code key}, {@code readThrough}, {@code clusterProfile} (null if the profile is
     *     gone), {@code isBeingDeleted}, {@code hasFinalizer}, {@code hasOutputs}, {@code hasWorkloadIdentity},
     *     {@code hasAuthoritySecret}, {@code connection} (null while only the metadata of SveltosClusters is read),
     *     {@code isSuppressed}, {@code hasSuccessor}, {@code isOldestOfSeveral} and {@code isHeldBack}
     */
    public void load(@Body String key, Exchange exchange) {
        ObjectKey parsed = ObjectKey.parse(key);
        exchange.setVariable("key", parsed);
        boolean hasOutputs = outputs.hasAny(parsed);
        exchange.setVariable("hasOutputs", hasOutputs);
        exchange.setVariable("hasWorkloadIdentity", outputs.isRegisteredWithWorkloadIdentity(parsed));
        exchange.setVariable("hasAuthoritySecret", outputs.hasAuthoritySecret(parsed));
        exchange.setVariable("connection", outputs.connection(parsed));
        // after a failed attempt the API server is asked too: it knows objects that the informers do not
        int failures = exchange.getMessage().getHeader(WorkqueueConstants.REQUEUES, 0, int.class);
        exchange.setVariable("readThrough", failures > 0);
        ClusterProfile profile = profiles.get(key);
        exchange.setVariable("clusterProfile", profile);
        exchange.setVariable("isBeingDeleted", profile != null && profile.isBeingDeleted());
        exchange.setVariable("hasFinalizer", profile != null && profile.isFinalizerSet());
        exchange.setVariable("isSuppressed", profile != null && sameCluster.isSuppressed(profile));
        exchange.setVariable("hasSuccessor", profile != null && sameCluster.successor(profile) != null);
        exchange.setVariable("isOldestOfSeveral", profile != null && sameCluster.isOldestOfSeveral(profile));
        exchange.setVariable(
                "isHeldBack",
                profile != null && gate.isHoldingBack(profile, sameCluster.isRegistered(profile, hasOutputs)));
    }

    /**
     * Loads what the rules of the registration file add to the SveltosCluster of a profile, and what its hook changes then.
     *
     * @param profile the profile
     * @param hasOutputs whether it has outputs
     * @param exchange gets the variables {@code ruleValues}, {@code ruleDelay} (null unless a change does not hold long
     *     enough yet), {@code isDecorated} and {@code hookFailure} (null unless the hook failed)
     * @throws ReconcileFailure if the cluster is not registered yet and its shard is unknown
     */
    public void loadRuleValues(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("hasOutputs") boolean hasOutputs,
            Exchange exchange) {
        RuleValues values = rules.values(profile, hasOutputs, outputs::registered);
        exchange.setVariable("ruleDelay", values.delay());
        exchange.setVariable(
                "ruleValues",
                decorator.isPresent(Hook.DECORATE_SVELTOSCLUSTER)
                        ? values.decorated(clusterDecoration(profile, values, exchange))
                        : values);
        exchange.setVariable("isDecorated", decorator.isPresent(Hook.DECORATE_SVELTOSCLUSTER));
    }

    /** Null if the hook fails: the credential is renewed nevertheless. */
    private Decoration clusterDecoration(ClusterProfile profile, RuleValues values, Exchange exchange) {
        if (!decorator.isRunning()) {
            // as it is, if there is one
            return outputs.registered(profile.getKey()) == null ? Decoration.NONE : null;
        }
        try {
            return decorator.decorate(
                    Hook.DECORATE_SVELTOSCLUSTER, profile, sveltosClusters.decorable(profile, values));
        } catch (ReconcileFailure e) {
            exchange.setVariable("hookFailure", e);
            return null;
        }
    }

    /** What it has set before if the hook fails: the credential is renewed nevertheless. */
    private Decoration secretDecoration(ClusterProfile profile, Exchange exchange) {
        if (!decorator.isPresent(Hook.DECORATE_SECRET)) {
            return Decoration.NONE;
        }
        Optional<Decoration> before = managedSecrets.decoration(profile.getKey());
        if (!decorator.isRunning()) {
            return before.orElse(Decoration.NONE);
        }
        try {
            return decorator.decorate(Hook.DECORATE_SECRET, profile, managedSecrets.decorable());
        } catch (ReconcileFailure e) {
            exchange.setVariable("hookFailure", e);
            return before.orElseThrow(() -> e);
        }
    }

    /**
     * Notes that the API server refused what a hook set, so that the credential is renewed nevertheless.
     *
     * @param refusal the refusal
     * @param exchange gets the variables {@code hookFailure}, {@code sveltosClusterChange} and {@code isSynced}
     */
    public void noteRefusedDecoration(@ExchangeException Exception refusal, Exchange exchange) {
        exchange.setVariable(
                "hookFailure",
                Decorator.failure(Hook.DECORATE_SVELTOSCLUSTER, "set what was refused: " + refusal.getMessage()));
        // not applied again in this reconcile
        exchange.setVariable("sveltosClusterChange", OperationResult.NONE);
        exchange.removeVariable("isSynced");
        // Camel would add it to the next exception, and choose the handler by it
        exchange.removeProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
    }

    /**
     * Fails the reconcile in which a hook has failed, when all else is done.
     *
     * @param failure the failure
     * @throws ReconcileFailure always
     */
    public void failByHook(@Variable("hookFailure") ReconcileFailure failure) {
        throw failure;
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
     *     is null if the Secret does not exist, {@code isOutdated}, {@code secretDecoration} and {@code hookFailure}
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
     * Loads what a credential of a profile would be made from now, if it comes through the queue of credentials.
     *
     * @param profile the profile
     * @param provider the selected entry
     * @param kind the kind of its access provider
     * @param exchange gets the variables {@code fingerprint}, {@code isOutdated}, {@code secretDecoration} and
     *     {@code hookFailure}
     * @throws ReconcileFailure if the Secret with the token cannot be chosen
     */
    public void loadCredentialInput(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("accessProvider") AccessProvider provider,
            @Variable("providerKind") String kind,
            Exchange exchange) {
        setFingerprint(profile, provider, fingerprint(profile, provider, kind), exchange);
    }

    /**
     * Whether a change of what the credential comes from is noticed, so that it need not be read again after some time.
     *
     * @param profile the profile
     * @param provider the selected entry
     * @param kind the kind of its access provider
     * @return true for a token in a Secret that the informer knows
     * @throws ReconcileFailure if the Secret with the token cannot be chosen
     */
    public boolean isSourceWatched(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("accessProvider") AccessProvider provider,
            @Variable("providerKind") String kind) {
        return isTokenSecret(kind) && tokens.isWatched(profile, provider);
    }

    /**
     * The fingerprint of what a credential would be made from now.
     *
     * @param profile the profile
     * @param provider the selected entry
     * @param kind the kind of its access provider
     * @return the fingerprint
     * @throws ReconcileFailure if the Secret with the token cannot be chosen
     */
    public String fingerprint(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("accessProvider") AccessProvider provider,
            @Variable("providerKind") String kind) {
        String fingerprint = credentials.fingerprint(provider);
        return Renewal.mark(
                isTokenSecret(kind) ? tokens.fingerprint(profile, provider, fingerprint) : fingerprint,
                Renewal.of(profile));
    }

    private static boolean isTokenSecret(String kind) {
        return SelectedProvider.Kind.TOKEN_SECRET.name().equals(kind);
    }

    /**
     * Loads how the cluster of a profile is registered with workload identity.
     *
     * @param profile the profile
     * @param provider the selected entry, whose cluster is valid
     * @param exchange gets the variables {@code workloadIdentity} and {@code isAuthorityGiven}
     * @throws ReconcileFailure if the profile lacks a field, or the entry cannot be used with workload identity
     */
    public void loadWorkloadIdentity(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("accessProvider") AccessProvider provider,
            Exchange exchange) {
        WorkloadIdentity identity = registrations.workloadIdentity(profile, provider);
        exchange.setVariable("workloadIdentity", identity);
        exchange.setVariable("isAuthorityGiven", identity.authority() != null);
    }

    private void setFingerprint(
            ClusterProfile profile, AccessProvider provider, String fingerprint, Exchange exchange) {
        Decoration decoration = secretDecoration(profile, exchange);
        exchange.setVariable("fingerprint", fingerprint);
        exchange.setVariable("secretDecoration", decoration);
        exchange.setVariable("isOutdated", managedSecrets.isOutdated(profile, provider, fingerprint, decoration));
    }
}
