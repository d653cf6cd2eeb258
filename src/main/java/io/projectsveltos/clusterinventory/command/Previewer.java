package io.projectsveltos.clusterinventory.command;

import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.credential.secretreader.KubeconfigSecretReader;
import io.projectsveltos.clusterinventory.credential.secretreader.SecretKeySelector;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.reconcile.ReconcileState;
import io.projectsveltos.clusterinventory.reconcile.UpsertPlanner;
import io.projectsveltos.clusterinventory.sveltos.FieldOwnershipMigration;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.sveltos.ManagedSecrets;
import io.projectsveltos.clusterinventory.sveltos.OperationResult;
import io.projectsveltos.clusterinventory.sveltos.Ownership;
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
    private final SveltosClusters sveltosClusters;
    private final KubeconfigSecretReader reader;
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
        this.sveltosClusters = context.bean(SveltosClusters.class);
        this.reader = context.bean(KubeconfigSecretReader.class);
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
        private Output sveltosCluster;
        private ReconcileFailure failure;

        Reconcile(ObjectKey key, Exchange exchange) {
            this.key = key;
            this.exchange = exchange;
            this.profile = exchange.getVariable("clusterProfile", ClusterProfile.class);
            this.secret = existing(managedSecrets.get(key), cluster.areSecretsKnown());
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
                deleteOutputs();
                return;
            }
            ManagedMetadata.validateName(profile);
            if (exchange.getVariable("hasOutputs", boolean.class)) {
                upsertSveltosCluster();
            }
            routeByAccessProvider();
        }

        private void deleteOutputs() {
            if (!profile.isFinalizerSet()) {
                return;
            }
            PartialObjectMetadata current = sveltosCluster.current();
            if (ownership.isOurs(current)) {
                sveltosCluster =
                        Output.of(current, ownership.isDeletable(current) ? Change.Delete : Change.AwaitSveltos);
                keepCredentialFresh();
            } else if (ownership.isDeletable(secret.current())) {
                secret = Output.of(secret.current(), Change.Delete);
            }
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
            if (kind == Kind.SECRET_READER) {
                readKubeconfigSecret(entry);
            } else {
                requestCredential(entry);
            }
            upsertOutputs();
        }

        private void readKubeconfigSecret(AccessProvider entry) {
            state.locateSource(profile, entry, exchange);
            source = exchange.getVariable("secretReference", SecretKeySelector.class);
            isCredentialDue = secret.change() != Change.Unknown && exchange.getVariable("isOutdated", boolean.class);
            if (isCredentialDue) {
                Secret content = cluster.source(source.secret());
                isCredentialDue = cluster.isSourceKnown(source.secret());
                credential = isCredentialDue ? reader.read(content, source) : null;
            }
        }

        /** Nothing is requested here: only whether one would be, and what would be written then. */
        private void requestCredential(AccessProvider entry) {
            state.loadCredentialInput(profile, entry, exchange);
            isCredentialDue = secret.change() != Change.Unknown && exchange.getVariable("isOutdated", boolean.class);
            credential = isCredentialDue
                    ? new Credential(new byte[0], entry.name(), exchange.getVariable("fingerprint", String.class), null)
                    : null;
        }

        private void upsertOutputs() {
            if (credential != null) {
                upsertSecret();
            }
            // once per reconcile
            if (exchange.getVariable("sveltosClusterChange") == null && !profile.isBeingDeleted()) {
                upsertSveltosCluster();
            }
        }

        private void upsertSecret() {
            PartialObjectMetadata current = secret.current();
            planner.planSecret(profile, credential, current, exchange);
            OperationResult change = exchange.getVariable("secretChange", OperationResult.class);
            if (change != OperationResult.NONE) {
                managedSecrets.toApply(profile, credential, current);
            }
            secret = Output.of(
                    current,
                    change != OperationResult.NONE && migration.isNeeded(current)
                            ? Change.TakeOver
                            : Change.of(change));
        }

        private void upsertSveltosCluster() {
            if (sveltosCluster.change() == Change.Unknown) {
                return;
            }
            PartialObjectMetadata current = sveltosCluster.current();
            planner.planSveltosCluster(profile, current, exchange);
            OperationResult change = exchange.getVariable("sveltosClusterChange", OperationResult.class);
            if (change != OperationResult.NONE) {
                sveltosClusters.toApply(profile, current);
            }
            List<String> differences = sveltosClusters.differences(profile, current);
            sveltosCluster = new Output(
                    current,
                    exchange.getVariable("isMigrationNeeded", boolean.class) ? Change.TakeOver : Change.of(change),
                    change == OperationResult.NONE ? List.of() : differences);
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
                    sveltosCluster,
                    failure);
        }
    }
}
