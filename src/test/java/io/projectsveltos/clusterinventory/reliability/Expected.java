package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.DISPLAY_NAME;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.FINALIZER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.spec;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one profile and its outputs should be, once the controller had time, from what was done to them. Two places allow
 * more than one state, and say why: which of the latest credentials a Secret has whose source is gone, and whether there is
 * a SveltosCluster while there never was a credential for it.
 */
final class Expected {

    /** A kubeconfig that somebody wrote into the managed Secret, or that somebody removed from it. */
    static final String TAMPERED = "tampered";

    /** In place of a credential, if the Secret does not exist. */
    static final String NONE = "none";

    /** The label, annotation and key of others on our outputs. */
    static final String THEIRS = "example.com-theirs";

    private static final Duration REPAIRS_ARE_BACK = Duration.ofMinutes(5);

    /** What the profile's status says. */
    enum Offer {
        NOTHING,
        /** An entry that lacks what is required. */
        INCOMPLETE,
        /** An access provider that nobody has. */
        UNKNOWN,
        READER,
        PLUGIN
    }

    /** What may have happened to one output. */
    static final class Output {
        /** That of the object which has to be there still; null where it may be a new one. */
        private String uid;
        /** That of the object with labels and fields of others. */
        private String marked;
        /** The version in which somebody took our label off; null while it is ours. */
        private String taken;
        /** When it had to be repaired, in nanoseconds. */
        private final Deque<Long> repairs = new ArrayDeque<>();

        boolean isTaken() {
            return taken != null;
        }

        void take(HasMetadata object) {
            taken = Actual.version(object);
        }

        void giveBack() {
            taken = null;
        }

        void mark(String ofObject) {
            marked = ofObject;
        }

        /** False if it was changed so often that its repair would be delayed: five in a row, then one a minute. */
        boolean mayChange() {
            return repairs.size() < 4 || System.nanoTime() - repairs.peek() > REPAIRS_ARE_BACK.toNanos();
        }

        void change() {
            repairs.add(System.nanoTime());
            if (repairs.size() > 4) {
                repairs.remove();
            }
        }

        void delete() {
            change();
            uid = null;
        }
    }

    final String name;
    final Output cluster = new Output();
    final Output secret = new Output();
    boolean exists;
    boolean isSelected = true;
    boolean isDisplayed;
    /** Whether somebody has changed the display name of the SveltosCluster, perhaps without a repair so far. */
    boolean isDisplayTampered;
    /** Whether the Secret that an entry of the secret reader names has a kubeconfig. */
    boolean hasSource;
    /** Whether a finalizer of others is on the SveltosCluster. */
    boolean isHeld;
    /** Whether our finalizer was removed by hand from a profile that is deleted. */
    boolean isStripped;

    Offer offer = Offer.NOTHING;
    String shard;
    int label;
    int version;

    private final Map<String, Integer> allowedRuns = new HashMap<>();
    private final Map<String, Integer> repairs = new HashMap<>();
    private final Set<String> credentials = new HashSet<>(Set.of(NONE));
    private boolean isClusterOptional = true;

    Expected(String name) {
        this.name = name;
    }

    /** What the present entry of the profile, and so its credential, is known by. */
    String entry() {
        return entry(version);
    }

    private String entry(int ofVersion) {
        return name + "-v" + ofVersion;
    }

    Map<String, String> profileLabels() {
        Map<String, String> labels = new TreeMap<>(Map.of("env", "label-" + label));
        if (label % 2 != 0) {
            labels.put("odd", "yes");
        }
        if (shard != null) {
            labels.put("shard", shard);
        }
        return labels;
    }

    /**
     * How many of these runs nothing asked for. Nothing orders the watches of profiles and of Secrets: a controller may see
     * that a Secret has to be repaired before it sees the rotation that came first, and runs the plugin for the older entry.
     *
     * @param runs how often the plugin ran for each entry; those of this profile are removed
     */
    long takeExcessRuns(Map<String, Long> runs) {
        long excess = 0;
        long laterRepairs = 0;
        for (int of = version; of >= 0; of--) {
            String entry = entry(of);
            Long made = runs.remove(entry);
            long tooMany = (made == null ? 0 : made) - allowedRuns.getOrDefault(entry, 0);
            excess += Math.max(0, tooMany - laterRepairs);
            laterRepairs = tooMany > 0
                    ? Math.max(0, laterRepairs - tooMany)
                    : laterRepairs + Math.min(-tooMany, repairs.getOrDefault(entry, 0));
        }
        return excess;
    }

    // what happens

    /** A new profile of this name is there. What an earlier one had is gone before that, if our finalizer was on it. */
    void create() {
        if (!isStripped) {
            credentials.clear();
        }
        credentials.add(NONE);
        exists = true;
        isStripped = false;
        isClusterOptional = true;
        cluster.uid = null;
        secret.uid = null;
        offer = Offer.NOTHING;
    }

    void delete() {
        exists = false;
        cluster.uid = null;
    }

    /** The status or the source is such that this entry may be written from now on. */
    void mayWriteCredential() {
        if (isUsable()) {
            credentials.add(entry());
        }
        if (offer == Offer.PLUGIN) {
            allowedRuns.merge(entry(), 1, Integer::sum);
        }
    }

    /** An output has to be repaired. Whatever the profile offers now, a controller may still see that it offers the plugin. */
    void allowRepair() {
        allowedRuns.merge(entry(), 1, Integer::sum);
        repairs.merge(entry(), 1, Integer::sum);
    }

    void tamperWithCredential() {
        credentials.add(TAMPERED);
        secret.change();
        allowRepair();
    }

    /** Somebody puts our label on a Secret again that has this credential. */
    void giveSecretBack(String credential) {
        credentials.add(credential);
        secret.giveBack();
        allowRepair();
    }

    void deleteSecret() {
        credentials.add(NONE);
        secret.delete();
        allowRepair();
    }

    void deleteCluster() {
        isClusterOptional = true;
        cluster.delete();
    }

    /** Everything was as it should be, so only what happens from here on can be in doubt. */
    void settle(Actual actual) {
        if (isServed()) {
            credentials.clear();
            credentials.add(entry());
            isClusterOptional = false;
            isDisplayTampered = false;
            secret.uid = Actual.uid(actual.secret());
            cluster.uid = Actual.isTerminating(actual.cluster()) ? null : Actual.uid(actual.cluster());
        }
    }

    boolean isUsable() {
        return offer == Offer.PLUGIN || offer == Offer.READER && hasSource;
    }

    private boolean isServed() {
        return exists && isSelected && isUsable() && !cluster.isTaken() && !secret.isTaken();
    }

    // what should be

    /** What is not as it should be. */
    List<Difference> differences(Actual actual) {
        List<Difference> differences = new ArrayList<>();
        compareOutput("SveltosCluster", cluster, actual.cluster(), differences);
        compareOutput("managed Secret", secret, actual.secret(), differences);
        if (exists) {
            compareAlive(actual, differences);
        } else if (isHeld) {
            compareWaiting(actual, differences);
        } else {
            compareDeleted(actual, differences);
        }
        return differences;
    }

    private void compareAlive(Actual actual, List<Difference> differences) {
        if (actual.profile() == null) {
            differences.add(wrong("does not exist"));
            return;
        }
        if (isServed()) {
            compareServed(actual, differences);
        } else if (!secret.isTaken()) {
            compareLatest(actual, differences);
        }
        if (isSelected && !cluster.isTaken()) {
            compareCluster(actual, differences);
        }
    }

    private void compareServed(Actual actual, List<Difference> differences) {
        if (!actual.profile().getFinalizers().contains(FINALIZER)) {
            differences.add(lost("has no finalizer"));
        }
        if (actual.cluster() == null) {
            differences.add(lost("has no SveltosCluster"));
        }
        compareCredential(actual, differences);
        if (actual.isExpired()) {
            differences.add(lost("has a token that has expired"));
        }
        if (actual.secret() != null && !MANAGER.equals(labels(actual.secret()).get(MANAGED_BY))) {
            differences.add(lost("has a Secret without the label"));
        }
    }

    private void compareCredential(Actual actual, List<Difference> differences) {
        String credential = actual.credential();
        if (!credential.equals(entry())) {
            differences.add(lost("has the credential " + credential + ", not " + entry()));
        }
        compareOwner(credential, differences);
    }

    /** What was written last stays. Whether that was before or after the latest change depends on who was faster. */
    private void compareLatest(Actual actual, List<Difference> differences) {
        String credential = actual.credential();
        if (!credentials.contains(credential)) {
            differences.add(lost("has the credential " + credential + ", not one of " + credentials));
        }
        compareOwner(credential, differences);
    }

    /** A credential of another profile must not be there at any time. */
    private void compareOwner(String credential, List<Difference> differences) {
        boolean isKnown = credential.equals(TAMPERED) || credential.equals(NONE);
        if (!isKnown && !credential.startsWith(name + "-v")) {
            differences.add(wrong("has the credential of " + credential));
        }
    }

    /**
     * The SveltosCluster is kept up to date as long as one of the outputs is there. Without a Secret there may be none: it
     * was never needed, or it was deleted after the Secret or so soon before that the controller saw both.
     */
    private void compareCluster(Actual actual, List<Difference> differences) {
        GenericKubernetesResource found = actual.cluster();
        if (found == null) {
            boolean hasSecret = actual.secret() != null && !secret.isTaken();
            if (hasSecret || !isClusterOptional) {
                differences.add(lost("has no SveltosCluster"));
            }
            return;
        }
        Map<String, String> labels = new TreeMap<>(profileLabels());
        labels.put(MANAGED_BY, MANAGER);
        Map<String, String> actualLabels = new TreeMap<>(labels(found));
        actualLabels.remove(THEIRS);
        if (!labels.equals(actualLabels)) {
            differences.add(lost("has the labels " + actualLabels + ", not " + labels));
        }
        String displayed = annotations(found).get(DISPLAY_NAME);
        if (!Objects.equals(displayed, isDisplayed ? name : null)) {
            differences.add(lost("has the display name " + displayed));
        }
        if (!secretName(name).equals(spec(found).get("kubeconfigName"))
                || !"kubeconfig".equals(spec(found).get("kubeconfigKeyName"))) {
            differences.add(lost("has a SveltosCluster with " + spec(found)));
        }
    }

    /** Deleted, while a finalizer of others is on the SveltosCluster. */
    private void compareWaiting(Actual actual, List<Difference> differences) {
        if (actual.profile() == null && !isStripped) {
            differences.add(wrong("was released although its SveltosCluster is there"));
        }
        if (actual.cluster() == null || !Actual.isTerminating(actual.cluster())) {
            differences.add(lost("has a SveltosCluster that is not being deleted"));
        }
        boolean isRenewed = isUsable() && isSelected && !isStripped && !secret.isTaken();
        if (isRenewed && !credentials.contains(NONE)) {
            compareCredential(actual, differences);
        } else if (!secret.isTaken()) {
            compareLatest(actual, differences);
        }
    }

    private void compareDeleted(Actual actual, List<Difference> differences) {
        if (actual.profile() != null) {
            differences.add(lost("is not released"));
        }
        if (actual.cluster() != null && !cluster.isTaken()) {
            differences.add(wrong("is deleted and has a SveltosCluster"));
        }
        if (actual.secret() != null && !secret.isTaken()) {
            differences.add(wrong("is deleted and has a managed Secret"));
        }
    }

    private void compareOutput(String kind, Output output, HasMetadata actual, List<Difference> differences) {
        if (output.isTaken()) {
            if (actual == null || !output.taken.equals(Actual.version(actual))) {
                differences.add(wrong("has a " + kind + " of others that was changed or deleted"));
            }
            return;
        }
        if (exists && output.uid != null && (actual == null || !output.uid.equals(Actual.uid(actual)))) {
            differences.add(wrong("has lost its " + kind + ", which nobody else deleted"));
        }
        boolean isMarked = actual != null && Actual.uid(actual).equals(output.marked);
        if (isMarked
                && !(labels(actual).containsKey(THEIRS) && annotations(actual).containsKey(THEIRS))) {
            differences.add(wrong("has a " + kind + " without the label or annotation of others"));
        }
    }

    private Difference lost(String what) {
        return Difference.lost(name, what);
    }

    private Difference wrong(String what) {
        return Difference.wrong(name, what);
    }
}
