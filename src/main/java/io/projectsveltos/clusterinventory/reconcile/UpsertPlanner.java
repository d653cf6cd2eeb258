package io.projectsveltos.clusterinventory.reconcile;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.hooks.Decoration;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.registration.WorkloadIdentity;
import io.projectsveltos.clusterinventory.sveltos.AuthoritySecrets;
import io.projectsveltos.clusterinventory.sveltos.FieldOwnershipMigration;
import io.projectsveltos.clusterinventory.sveltos.ManagedSecrets;
import io.projectsveltos.clusterinventory.sveltos.OperationResult;
import io.projectsveltos.clusterinventory.sveltos.Outputs;
import io.projectsveltos.clusterinventory.sveltos.RepairLimiter;
import io.projectsveltos.clusterinventory.sveltos.SveltosClusters;
import java.time.Duration;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;

/** Decides whether an output is applied, whether its repair has to wait, and which Secrets are not needed any more. */
public final class UpsertPlanner {

    private final ManagedSecrets managedSecrets;
    private final AuthoritySecrets authoritySecrets;
    private final SveltosClusters sveltosClusters;
    private final Outputs outputs;
    private final RepairLimiter repairs;
    private final FieldOwnershipMigration migration;

    /**
     * Decides with the beans of the outputs.
     *
     * @param managedSecrets what managed Secrets should be
     * @param authoritySecrets what Secrets with a CA should be
     * @param sveltosClusters what SveltosClusters should be
     * @param outputs knows which Secrets are not needed any more
     * @param repairs limits the repairs of both
     * @param migration recognizes the SveltosClusters of the Go controller
     */
    public UpsertPlanner(
            ManagedSecrets managedSecrets,
            AuthoritySecrets authoritySecrets,
            SveltosClusters sveltosClusters,
            Outputs outputs,
            RepairLimiter repairs,
            FieldOwnershipMigration migration) {
        this.managedSecrets = managedSecrets;
        this.authoritySecrets = authoritySecrets;
        this.sveltosClusters = sveltosClusters;
        this.outputs = outputs;
        this.repairs = repairs;
        this.migration = migration;
    }

    /**
     * Plans the apply of the managed Secret.
     *
     * @param profile the profile
     * @param credential the kubeconfig that the Secret should hold
     * @param decoration what a hook changes
     * @param current the Secret as it is, or null
     * @param exchange gets the variables {@code secretChange}, {@code isApplyNeeded}, {@code repairDelay} (null unless the
     *     repair has to wait) and {@code isTypeChosen}
     */
    public void planSecret(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Variable("secretDecoration") Decoration decoration,
            @Body PartialObjectMetadata current,
            Exchange exchange) {
        OperationResult change = managedSecrets.change(profile, credential, decoration, current);
        Duration delay = repairs.secretDelay(profile, credential, decoration, change, current);
        exchange.setVariable("secretChange", result(change, delay));
        exchange.setVariable("isTypeChosen", managedSecrets.isTypeChosen(current));
        set(exchange, change, delay);
    }

    /**
     * Plans the apply of the Secret with the CA of a cluster.
     *
     * @param profile the profile
     * @param identity the workload identity, with a CA
     * @param current the Secret as it is, or null
     * @param exchange gets the variables {@code isApplyNeeded} and {@code repairDelay} (null unless the repair has to wait)
     */
    public void planAuthoritySecret(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity,
            @Body PartialObjectMetadata current,
            Exchange exchange) {
        OperationResult change = authoritySecrets.change(profile, identity, current);
        set(exchange, change, repairs.authoritySecretDelay(profile, identity, change, current));
    }

    /**
     * Plans which Secrets are deleted because the registration of the profile has changed.
     *
     * @param key the profile's key
     * @param exchange gets the variables {@code isManagedSecretUnneeded} and {@code isAuthoritySecretUnneeded}
     */
    public void planRemovals(@Variable("key") ObjectKey key, Exchange exchange) {
        exchange.setVariable("isManagedSecretUnneeded", outputs.isManagedSecretUnneeded(key));
        exchange.setVariable("isAuthoritySecretUnneeded", outputs.isAuthoritySecretUnneeded(key));
    }

    /**
     * Plans the apply of the SveltosCluster.
     *
     * @param profile the profile
     * @param identity the workload identity, or null for the kubeconfig of the managed Secret
     * @param rules what the rules add
     * @param current the SveltosCluster as it is, or null
     * @param exchange gets the variables {@code sveltosClusterChange}, {@code isApplyNeeded}, {@code repairDelay} (null
     *     unless the repair has to wait) and {@code isMigrationNeeded}
     */
    public void planSveltosCluster(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity,
            @Variable("ruleValues") RuleValues rules,
            @Body PartialObjectMetadata current,
            Exchange exchange) {
        OperationResult change = rules.decoration() == null
                ? OperationResult.NONE
                : sveltosClusters.change(profile, identity, rules, current);
        Duration delay = repairs.sveltosClusterDelay(profile, identity, rules, change, current);
        exchange.setVariable("sveltosClusterChange", result(change, delay));
        // our apply does not change it: the Go controller's label has the same value
        exchange.setVariable("isMigrationNeeded", migration.isNeeded(current));
        set(exchange, change, delay);
    }

    private static OperationResult result(OperationResult change, Duration delay) {
        return delay == null ? change : OperationResult.NONE;
    }

    private static void set(Exchange exchange, OperationResult change, Duration delay) {
        exchange.setVariable("repairDelay", delay);
        boolean isNeeded = delay == null && change != OperationResult.NONE;
        exchange.setVariable("isApplyNeeded", isNeeded);
        if (isNeeded) {
            exchange.setVariable("isSynced", true);
        }
    }
}
