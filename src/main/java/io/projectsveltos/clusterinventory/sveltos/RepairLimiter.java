package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.workqueue.TokenBucket;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.hooks.Decoration;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.registration.WorkloadIdentity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Limits repairs. A repair applies the same desired state again because another writer has changed or deleted the output.
 * Without a limit, two writers that undo each other's changes would both write as fast as the API server answers. A changed
 * desired state is never delayed.
 *
 * <p>A credential from the same source counts as the same until it is due, although it differs each time: to repair a
 * Secret, the plugin runs again.
 */
public final class RepairLimiter {

    /** How many outputs are remembered, about 200 bytes each, and each only until its bucket is full again. */
    private static final int CAPACITY = 10_000;

    private final OutputOptions options;
    private final int burst;
    private final Duration interval;
    private final Clock clock;

    /** The output that was applied longest ago comes first. */
    private final Map<Output, Applied> applied = new LinkedHashMap<>();

    private enum Kind {
        SECRET,
        AUTHORITY_SECRET,
        SVELTOS_CLUSTER
    }

    private record Output(Kind kind, ObjectKey profile) {}

    /**
     * The last apply of an output.
     *
     * @param desired a hash of the desired state
     * @param until when the credential is due; an apply after that is not a repair
     * @param at when it was applied
     * @param repairs the repairs that are left
     */
    private record Applied(int desired, Instant until, Instant at, TokenBucket repairs) {

        boolean isRepairedBy(int next, Instant now) {
            return next == desired && now.isBefore(until);
        }
    }

    /**
     * Starts without repairs.
     *
     * @param options what a SveltosCluster copies from its profile
     * @param burst how many repairs of an output may follow each other immediately, at least 1
     * @param interval the time after which another one is allowed
     * @param clock the clock
     * @throws IllegalArgumentException if the burst or the interval is too small
     */
    public RepairLimiter(OutputOptions options, int burst, Duration interval, Clock clock) {
        if (burst < 1 || interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException("outputs.repair-burst is " + burst + " and outputs.repair-interval "
                    + interval + ", expected at least 1 and more than 0");
        }
        this.options = options;
        this.burst = burst;
        this.interval = interval;
        this.clock = clock;
    }

    /**
     * How long the managed Secret has to wait for its next repair.
     *
     * @param change what an apply would do
     * @param current the Secret as it is, or null
     * @return the time, or null if it may be applied now
     */
    public Duration secretDelay(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Variable("secretDecoration") Decoration decoration,
            @Variable("secretChange") OperationResult change,
            @Body PartialObjectMetadata current) {
        return isApply(change, current) ? delay(secret(profile), desired(profile, credential, decoration)) : null;
    }

    /** Records that the managed Secret was applied. */
    public void secretApplied(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Variable("secretDecoration") Decoration decoration) {
        Instant until = credential.validity() == null
                ? Instant.MAX
                : credential.validity().refresh();
        applied(secret(profile), desired(profile, credential, decoration), until);
    }

    /**
     * How long the Secret with the CA has to wait for its next repair.
     *
     * @param change what an apply would do
     * @param current the Secret as it is, or null
     * @return the time, or null if it may be applied now
     */
    public Duration authoritySecretDelay(
            ClusterProfile profile, WorkloadIdentity identity, OperationResult change, PartialObjectMetadata current) {
        return isApply(change, current) ? delay(authoritySecret(profile), authority(profile, identity)) : null;
    }

    /** Records that the Secret with the CA was applied. */
    public void authoritySecretApplied(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity) {
        applied(authoritySecret(profile), authority(profile, identity), Instant.MAX);
    }

    /**
     * How long the SveltosCluster has to wait for its next repair.
     *
     * @param identity the workload identity, or null for the kubeconfig of the managed Secret
     * @param rules what the rules add
     * @param change what an apply would do
     * @param current the SveltosCluster as it is, or null
     * @return the time, or null if it may be applied now
     */
    public Duration sveltosClusterDelay(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity,
            @Variable("ruleValues") RuleValues rules,
            @Variable("sveltosClusterChange") OperationResult change,
            @Body PartialObjectMetadata current) {
        return isApply(change, current) ? delay(cluster(profile), desired(profile, identity, rules)) : null;
    }

    /** Records that the SveltosCluster was applied. */
    public void sveltosClusterApplied(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity,
            @Variable("ruleValues") RuleValues rules) {
        applied(cluster(profile), desired(profile, identity, rules), Instant.MAX);
    }

    /**
     * Whether an output of a profile was repaired recently, so that a conflict may still be going on.
     *
     * @param profile the profile
     * @return false once all its repairs are available again
     */
    public synchronized boolean isRecentlyRepaired(ClusterProfile profile) {
        return Stream.of(secret(profile), authoritySecret(profile), cluster(profile))
                .map(applied::get)
                .anyMatch(last -> last != null && !last.repairs().isFull(clock.instant()));
    }

    /** A foreign object is not limited: the apply refuses it. */
    private static boolean isApply(OperationResult change, PartialObjectMetadata current) {
        return change != OperationResult.NONE && (current == null || Ownership.hasOurLabel(current));
    }

    private synchronized Duration delay(Output output, int desired) {
        Instant now = clock.instant();
        Applied last = applied.get(output);
        return last == null
                        || !last.isRepairedBy(desired, now)
                        || last.repairs().hasToken(now)
                ? null
                : last.repairs().timeToNextToken(now);
    }

    private synchronized void applied(Output output, int desired, Instant until) {
        Instant now = clock.instant();
        Applied last = applied.remove(output);
        forgetFull(now);
        TokenBucket repairs = last == null ? new TokenBucket(burst, interval, now) : last.repairs();
        if (last != null && last.isRepairedBy(desired, now) && repairs.hasToken(now)) {
            repairs.take();
        }
        applied.put(output, new Applied(desired, until, now, repairs));
    }

    private void forgetFull(Instant now) {
        Instant fullIfBefore = now.minus(interval.multipliedBy(burst));
        Iterator<Applied> oldest = applied.values().iterator();
        while (oldest.hasNext() && (oldest.next().at().isBefore(fullIfBefore) || applied.size() >= CAPACITY)) {
            oldest.remove();
        }
    }

    private static Output secret(ClusterProfile profile) {
        return new Output(Kind.SECRET, profile.getKey());
    }

    private static Output authoritySecret(ClusterProfile profile) {
        return new Output(Kind.AUTHORITY_SECRET, profile.getKey());
    }

    private static Output cluster(ClusterProfile profile) {
        return new Output(Kind.SVELTOS_CLUSTER, profile.getKey());
    }

    /** A hash is enough: if two states have the same hash, the second one is limited like a repair. */
    private static int desired(ClusterProfile profile, Credential credential, Decoration decoration) {
        return Objects.hash(
                profile.getMetadata().getUid(), credential.provider(), credential.fingerprint(), decoration);
    }

    private static int authority(ClusterProfile profile, WorkloadIdentity identity) {
        return Objects.hash(profile.getMetadata().getUid(), identity.authority());
    }

    private int desired(ClusterProfile profile, WorkloadIdentity identity, RuleValues rules) {
        return Objects.hash(
                profile.getMetadata().getUid(),
                options.labels(profile),
                options.annotations(profile),
                identity,
                rules.labels(),
                rules.data(),
                rules.shard(),
                rules.decoration(),
                // decides whether it is paused
                profile.getControlPlaneHealth());
    }
}
