package io.projectsveltos.clusterinventory.command;

import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.credential.kubeconfig.ClusterEntryValidator;
import io.projectsveltos.clusterinventory.credential.secretreader.KubeconfigSecretReader;
import io.projectsveltos.clusterinventory.credential.secretreader.SecretKeySelector;
import io.projectsveltos.clusterinventory.credential.secretreader.TokenSecretReader;
import io.projectsveltos.clusterinventory.credential.secretreader.TokenSecrets;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.hooks.Decoration;
import io.projectsveltos.clusterinventory.reconcile.ReconcileState;
import io.projectsveltos.clusterinventory.reconcile.UpsertPlanner;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.registration.WorkloadIdentity;
import io.projectsveltos.clusterinventory.sveltos.AuthoritySecrets;
import io.projectsveltos.clusterinventory.sveltos.FieldOwnershipMigration;
import io.projectsveltos.clusterinventory.sveltos.HealthGate;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.sveltos.ManagedSecrets;
import io.projectsveltos.clusterinventory.sveltos.OperationResult;
import io.projectsveltos.clusterinventory.sveltos.Ownership;
import io.projectsveltos.clusterinventory.sveltos.SameCluster;
import io.projectsveltos.clusterinventory.sveltos.SveltosClusters;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/**
 * Asks the beans of the reconcile what they would do, in the order of {@code reconcile.camel.yaml} and the routes that it
 * calls. Each method follows one route; no rule is repeated here.
 */
final class Previewer {

    private final CamelContext camel;
    private final ManagementCluster cluster;
    private final ReconcileState state;
    private final UpsertPlanner planner;
    private final ManagedSecrets managedSecrets;
    private final AuthoritySecrets authoritySecrets;
    private final SveltosClusters sveltosClusters;
    private final KubeconfigSecretReader reader;
    private final TokenSecrets tokens;
    private final TokenSecretReader tokenReader;
    private final ClusterEntryValidator validator;
    private final SameCluster sameCluster;
    private final HealthGate gate;
    private final FieldOwnershipMigration migration;
    private final Ownership ownership;

    /**
     * Uses the controller's beans.
     *
     * @param context with filled stores
     * @param cluster reads source Secrets, and knows what the caller may not read
     */
    Previewer(CommandContext context, ManagementCluster cluster) {
        this.camel = context.camel();
        this.cluster = cluster;
        this.state = context.bean(ReconcileState.class);
        this.planner = context.bean(UpsertPlanner.class);
        this.managedSecrets = context.bean(ManagedSecrets.class);
        this.authoritySecrets = context.bean(AuthoritySecrets.class);
        this.sveltosClusters = context.bean(SveltosClusters.class);
        this.reader = context.bean(KubeconfigSecretReader.class);
        this.tokens = context.bean(TokenSecrets.class);
        this.tokenReader = context.bean(TokenSecretReader.class);
        this.validator = context.bean(ClusterEntryValidator.class);
        this.sameCluster = context.bean(SameCluster.class);
        this.gate = context.bean(HealthGate.class);
        this.migration = context.bean(FieldOwnershipMigration.class);
        this.ownership = context.bean(Ownership.class);
    }

    /** The route {@code reconcile-clusterprofile}. */
    Preview preview(ObjectKey key) {
        Exchange exchange = new DefaultExchange(camel);
        state.load(key.toString(), exchange);
        Reconcile reconcile = new Reconcile(key, exchange);
        try {
            reconcile.run();
        } catch (ReconcileFailure e) {
            reconcile.failure = e;
        }
        return reconcile.result();
    }

    /** One reconcile. Its fields are what the routes keep in variables. */
    private final class Reconcile {

        private final ObjectKey key;
        private final Exchange exchange;
        private final ClusterProfile profile;
        private SelectedProvider provider;
        private SecretKeySelector source;
        private boolean isCredentialDue;
        private Credential credential;
        private Output secret;
        private Output authority;
        private Output sveltosCluster;
        private WorkloadIdentity identity;
        private RuleValues rules = RuleValues.NONE;
        private ObjectKey successor;
        private boolean isHeldBack;
        private ReconcileFailure failure;

        Reconcile(ObjectKey key, Exchange exchange) {
            this.key = key;
            this.exchange = exchange;
            this.profile = exchange.getVariable("clusterProfile", ClusterProfile.class);
            this.secret = existing(managedSecrets.get(key), cluster.areSecretsKnown());
            this.authority = existing(authoritySecrets.get(key), cluster.areSecretsKnown());
            this.sveltosCluster = existing(sveltosClusters.get(key), cluster.areSveltosClustersKnown());
        }

        private Output existing(PartialObjectMetadata object, boolean isKnown) {
            return Output.of(
                    object, !isKnown ? Change.Unknown : ownership.isForeign(object) ? Change.LeaveAlone : Change.None);
        }

        void run() {
            if (profile == null) {
                return;
            }
            if (profile.isBeingDeleted()) {
                if (profile.isFinalizerSet()) {
                    deleteOutputs();
                }
            } else if (is("isSuppressed")) {
                withdrawSuppressed();
            } else if (is("isHeldBack")) {
                isHeldBack = true;
            } else {
                serve();
            }
        }

        private boolean is(String variable) {
            return exchange.getVariable(variable, boolean.class);
        }

        private void serve() {
            ManagedMetadata.validateName(profile);
            state.loadRuleValues(profile, is("hasOutputs"), exchange);
            rules = exchange.getVariable("ruleValues", RuleValues.class);
            if (is("hasOutputs") && !is("hasWorkloadIdentity")) {
                upsertSveltosCluster();
            }
            routeByAccessProvider();
        }

        private void withdrawSuppressed() {
            successor = sameCluster.successor(profile);
            if (profile.isFinalizerSet() || is("hasOutputs")) {
                deleteOutputs();
            }
        }

        private void deleteOutputs() {
            PartialObjectMetadata current = sveltosCluster.current();
            if (ownership.isOurs(current)) {
                sveltosCluster = Output.of(current, deletion(current));
                keepCredentialFresh();
            } else {
                secret = deletedIf(true, secret);
                authority = deletedIf(true, authority);
            }
        }

        private Change deletion(PartialObjectMetadata current) {
            if (!ownership.isDeletable(current)) {
                return Change.AwaitSveltos;
            }
            successor = sameCluster.successor(profile);
            return successor != null && sameCluster.takeover(profile) == SameCluster.Takeover.AWAITED
                    ? Change.AwaitTakeover
                    : Change.Delete;
        }

        private Output deletedIf(boolean isUnneeded, Output output) {
            return isUnneeded && ownership.isDeletable(output.current())
                    ? Output.of(output.current(), Change.Delete)
                    : output;
        }

        private void keepCredentialFresh() {
            if (managedSecrets.hasManagedSecret(key)) {
                routeByAccessProvider();
            }
        }

        private void routeByAccessProvider() {
            state.selectAccessProvider(profile, exchange);
            AccessProvider entry = exchange.getVariable("accessProvider", AccessProvider.class);
            if (entry == null) {
                return;
            }
            Kind kind = Kind.valueOf(exchange.getVariable("providerKind", String.class));
            provider = new SelectedProvider(kind, entry);
            switch (kind) {
                case WORKLOAD_IDENTITY -> registerWorkloadIdentity(entry);
                case SECRET_READER -> {
                    readKubeconfigSecret(entry);
                    upsertOutputs();
                }
                case EXEC_PLUGIN, CUSTOM_ROUTE, TOKEN_SECRET -> {
                    requestCredential(kind, entry);
                    upsertOutputs();
                }
            }
        }

        private void registerWorkloadIdentity(AccessProvider entry) {
            if (profile.isBeingDeleted() || is("isSuppressed")) {
                return;
            }
            validator.validate(entry);
            state.loadWorkloadIdentity(profile, entry, exchange);
            identity = exchange.getVariable("workloadIdentity", WorkloadIdentity.class);
            if (is("isAuthorityGiven")) {
                upsertAuthoritySecret();
            }
            upsertSveltosCluster();
            deleteUnneededSecrets();
        }

        private void upsertAuthoritySecret() {
            if (authority.change() == Change.Unknown) {
                return;
            }
            PartialObjectMetadata current = authority.current();
            OperationResult change = authoritySecrets.change(profile, identity, current);
            if (change != OperationResult.NONE) {
                authoritySecrets.toApply(profile, identity, current);
            }
            authority = Output.of(current, Change.of(change));
        }

        /** The planner knows the SveltosCluster as it is; one that is written first refers to what is needed then. */
        private void deleteUnneededSecrets() {
            planner.planRemovals(key, exchange);
            boolean isWritten = sveltosCluster.change().isWrite();
            secret = deletedIf(is("isManagedSecretUnneeded") || isWritten && identity != null, secret);
            authority = deletedIf(
                    is("isAuthoritySecretUnneeded") || isWritten && (identity == null || identity.authority() == null),
                    authority);
        }

        private void readKubeconfigSecret(AccessProvider entry) {
            state.locateSource(profile, entry, exchange);
            source = exchange.getVariable("secretReference", SecretKeySelector.class);
            isCredentialDue = secret.change() != Change.Unknown && is("isOutdated");
            if (isCredentialDue) {
                Secret content = cluster.source(source.secret());
                isCredentialDue = cluster.isSourceKnown(source.secret());
                credential = isCredentialDue ? reader.read(content, source) : null;
            }
        }

        /** Nothing is requested here: only whether one would be, and what would be written then. */
        private void requestCredential(Kind kind, AccessProvider entry) {
            if (kind == Kind.TOKEN_SECRET && !cluster.areTokensKnown()) {
                return;
            }
            state.loadCredentialInput(profile, entry, kind.name(), exchange);
            isCredentialDue = secret.change() != Change.Unknown && is("isOutdated");
            if (kind == Kind.TOKEN_SECRET) {
                readToken(entry);
            }
            credential = isCredentialDue
                    ? new Credential(new byte[0], entry.name(), exchange.getVariable("fingerprint", String.class), null)
                    : null;
        }

        private void readToken(AccessProvider entry) {
            source = tokens.reference(profile, entry);
            if (isCredentialDue) {
                Secret content = cluster.source(source.secret());
                isCredentialDue = cluster.isSourceKnown(source.secret());
                if (isCredentialDue) {
                    tokenReader.withAuthority(content, source, entry);
                    tokenReader.read(content, source);
                }
            }
        }

        private void upsertOutputs() {
            if (credential != null) {
                upsertSecret();
            }
            // once per reconcile
            if (exchange.getVariable("sveltosClusterChange") == null
                    && !profile.isBeingDeleted()
                    && !is("isSuppressed")) {
                upsertSveltosCluster();
            }
            if (is("hasAuthoritySecret")) {
                deleteUnneededSecrets();
            }
        }

        private void upsertSecret() {
            PartialObjectMetadata current = secret.current();
            planner.planSecret(profile, credential, decoration(), current, exchange);
            OperationResult change = exchange.getVariable("secretChange", OperationResult.class);
            if (change != OperationResult.NONE) {
                managedSecrets.toApply(profile, credential, decoration(), current);
            }
            secret = Output.of(
                    current,
                    change != OperationResult.NONE && migration.isNeeded(current)
                            ? Change.TakeOver
                            : Change.of(change));
        }

        private Decoration decoration() {
            return exchange.getVariable("secretDecoration", Decoration.class);
        }

        private void upsertSveltosCluster() {
            if (sveltosCluster.change() == Change.Unknown) {
                return;
            }
            PartialObjectMetadata current = sveltosCluster.current();
            planner.planSveltosCluster(profile, identity, rules, current, exchange);
            OperationResult change = exchange.getVariable("sveltosClusterChange", OperationResult.class);
            if (change != OperationResult.NONE) {
                sveltosClusters.toApply(profile, identity, rules, current);
            }
            sveltosCluster = new Output(
                    current,
                    exchange.getVariable("isMigrationNeeded", boolean.class) ? Change.TakeOver : Change.of(change),
                    change == OperationResult.NONE
                            ? List.of()
                            : sveltosClusters.differences(profile, identity, rules, current));
        }

        Preview result() {
            return new Preview(
                    key,
                    profile,
                    provider,
                    source,
                    isCredentialDue,
                    credential == null ? null : credential.warning(),
                    secret,
                    authority,
                    sveltosCluster,
                    identity,
                    rules,
                    successor,
                    isHeldBack,
                    gate.isPaused(sveltosCluster.current()),
                    failure);
        }
    }
}
