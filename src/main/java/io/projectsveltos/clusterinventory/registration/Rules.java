package io.projectsveltos.clusterinventory.registration;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.LabelValue;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.camel.Variable;

/**
 * The rules of the registration file: labels, data and the shard of SveltosClusters from what the inventory knows of a
 * cluster. Sveltos selects clusters by labels, so a label that comes and goes would uninstall and install add-ons. So another
 * value of a label or of the shard, or none, is taken only after it has held for some time. A value where there was none is
 * taken immediately: the rule may be new, or another writer has removed the label.
 */
public final class Rules {

    /** Sveltos' annotation that selects the shard of a cluster. */
    public static final String SHARD = "sharding.projectsveltos.io/key";

    private final RuleSet rules;
    private final HeldChanges changes;

    /**
     * Applies rules.
     *
     * @param registrations the registration file
     * @param settleAfter how long a change has to hold
     * @param clock the clock
     */
    public Rules(Registrations registrations, Duration settleAfter, Clock clock) {
        rules = registrations.rules();
        changes = new HeldChanges(settleAfter, clock);
    }

    /**
     * What the rules add to the SveltosCluster of a profile.
     *
     * @param profile the profile
     * @param hasOutputs whether the profile has outputs, so that a missing SveltosCluster is created again
     * @param clusters finds what the SveltosCluster of a profile has; null if there is none
     * @return the values
     * @throws ReconcileFailure if the profile lacks what its shard is made from and there is no SveltosCluster: without the
     *     annotation the default shard of Sveltos would begin to manage it; or if its status is too large to be read
     */
    public RuleValues values(ClusterProfile profile, boolean hasOutputs, Function<ObjectKey, Registered> clusters) {
        if (rules.equals(RuleSet.NONE)) {
            return RuleValues.NONE;
        }
        // otherwise the values would count as missing, and Sveltos could remove add-ons
        AccessProviderSelector.refuseUnreadable(profile);
        Registered registered = clusters.apply(profile.getKey());
        if (registered == null && (hasOutputs || !profile.getAccessProviders().isEmpty())) {
            refuseUnknownShard(profile);
        }
        Settled settled = new Settled(profile.getKey());
        Map<String, String> labels = new TreeMap<>();
        List<String> replaced = new ArrayList<>();
        rules.labels().forEach((name, template) -> {
            String before = registered == null ? null : registered.labels().get(name);
            String own = profile.getLabels().get(name);
            String now = LabelValue.of(template.value(profile));
            // without a rule's value the label is the profile's, which is not held
            String value = settled.value(name, now == null && Objects.equals(before, own) ? null : before, now);
            if (value != null) {
                labels.put(name, value);
                if (own != null && !own.equals(value)) {
                    replaced.add(name);
                }
            }
        });
        String shard = rules.shard() == null ? null : shard(profile, registered, settled);
        return new RuleValues(labels, data(profile), shard, replaced, settled.delay);
    }

    /** Forgets a profile that is gone. */
    public void forget(@Variable("key") ObjectKey profile) {
        changes.forget(profile);
    }

    /** A shard is not withdrawn: Sveltos' default shard would take the cluster over. */
    private String shard(ClusterProfile profile, Registered registered, Settled settled) {
        String value = rules.shard().value(profile);
        String before = registered == null ? null : registered.annotations().get(SHARD);
        return value == null ? before : settled.value(SHARD, before, value);
    }

    private void refuseUnknownShard(ClusterProfile profile) {
        Optional.ofNullable(rules.shard())
                .flatMap(shard -> shard.missing(profile, null))
                .ifPresent(reference -> {
                    throw new ReconcileFailure(
                            Reason.ShardUnknown,
                            "The profile lacks " + reference
                                    + ", from which the registration file takes the shard of its cluster, so the cluster"
                                    + " is not registered: add it in the cluster manager, or change the registration file");
                });
    }

    private Map<String, String> data(ClusterProfile profile) {
        Map<String, String> data = new TreeMap<>();
        rules.data().forEach((name, template) -> {
            String value = template.value(profile);
            if (value != null) {
                data.put(name, value);
            }
        });
        return data;
    }

    /** Chooses between the values that a SveltosCluster has and the present ones. */
    private final class Settled {

        private final ObjectKey profile;
        private Duration delay;

        Settled(ObjectKey profile) {
            this.profile = profile;
        }

        String value(String name, String before, String now) {
            Duration left = changes.left(profile, name, before == null ? now : before, now);
            if (left.isZero()) {
                return now;
            }
            delay = delay == null || left.compareTo(delay) < 0 ? left : delay;
            return before;
        }
    }
}
