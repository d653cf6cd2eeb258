package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.DISPLAY_NAME;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGED_BY;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.MANAGER;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.projectsveltos.clusterinventory.reliability.Expected.Offer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What cluster managers, people, Sveltos and other programs do to one profile, its source and its outputs. The model
 * follows. Each method returns what was done, in words.
 */
final class TestedProfile {

    private static final String NOTHING = "nothing, there is no such object";
    private static final String BOOKKEEPING = "clusterinventory.projectsveltos.io/";
    private static final String OTHER_FINALIZER = "example.com/held-by-sveltos";

    private final ClusterFixtures fixtures;
    private final Expected expected;
    private final String name;
    private final boolean prefersPlugin;

    TestedProfile(ClusterFixtures fixtures, String name, boolean prefersPlugin) {
        this.fixtures = fixtures;
        this.name = name;
        this.prefersPlugin = prefersPlugin;
        this.expected = new Expected(name);
    }

    Expected expected() {
        return expected;
    }

    Actual actual() {
        return new Actual(
                fixtures.profile(name).get(),
                fixtures.cluster(name).get(),
                fixtures.managedSecret(name).get());
    }

    // the profile

    /** Creates it without a status; false while the one before is still there. */
    boolean create() {
        try {
            fixtures.createProfile(name, expected.profileLabels(), expected.isDisplayed ? name : "");
        } catch (KubernetesClientException e) {
            if (e.getCode() == 409) {
                return false;
            }
            throw e;
        }
        expected.create();
        return true;
    }

    /**
     * Deletes it in the version that was just seen. An API server that is asked to delete any version may do so although
     * a finalizer was added in between (kubernetes/kubernetes#77988); the outputs are orphans then, which are not found
     * before two sync periods have passed.
     */
    String delete() {
        expected.delete();
        fixtures.delete(fixtures.profile(name));
        return "delete";
    }

    /** Deletes it and removes our finalizer, as an impatient person does. */
    String deleteWithoutCleanup() {
        expected.delete();
        fixtures.profile(name).delete();
        expected.isStripped = true;
        attempt(() -> fixtures.setFinalizers(fixtures.profile(name)));
        return "delete, and remove the finalizer";
    }

    String relabel() {
        expected.label++;
        writeLabels();
        return "label " + expected.label;
    }

    /** Moves it to a deployment with another selector; null for none. */
    String move(String shard) {
        expected.shard = shard;
        expected.isSelected = shard != null;
        expected.mayWriteCredential();
        writeLabels();
        return "move to shard " + shard;
    }

    private void writeLabels() {
        fixtures.edit(fixtures.profile(name), current -> current.getMetadata().setLabels(expected.profileLabels()));
    }

    String display() {
        if (expected.isDisplayTampered) {
            // an annotation of another field manager stays when we do not want it any more
            return "no display name changed";
        }
        expected.isDisplayed = !expected.isDisplayed;
        Map<String, Object> field = new HashMap<>();
        field.put("displayName", expected.isDisplayed ? name : null);
        fixtures.editSpec(fixtures.profile(name), field);
        return "display name " + expected.isDisplayed;
    }

    // its status and its source

    /** Offers the credential of the present version, from the provider that it began with if it offers none. */
    String offer() {
        if (expected.offer != Offer.READER && expected.offer != Offer.PLUGIN) {
            expected.offer = prefersPlugin ? Offer.PLUGIN : Offer.READER;
        }
        expected.hasSource |= expected.offer == Offer.READER;
        expected.mayWriteCredential();
        if (expected.offer == Offer.READER) {
            fixtures.putSource(name, kubeconfig(expected.entry()));
        }
        report(expected.offer);
        return "offer " + expected.entry() + " by " + expected.offer;
    }

    String rotate() {
        expected.version++;
        return offer();
    }

    /** Changes to the other provider, with another credential. */
    String switchProvider() {
        expected.offer = expected.offer == Offer.PLUGIN ? Offer.READER : Offer.PLUGIN;
        return rotate();
    }

    /** Has the status offer nothing that can be used. */
    String offerUnusable(Offer offer) {
        expected.offer = offer;
        report(offer);
        return "offer " + offer;
    }

    private void report(Offer offer) {
        switch (offer) {
            case NOTHING -> fixtures.report(name, List.of());
            case INCOMPLETE -> fixtures.report(name, List.of(incomplete()));
            case UNKNOWN -> fixtures.report(name, List.of(entry("nobody-has-it")));
            case READER -> fixtures.reportSource(name, name);
            case PLUGIN -> fixtures.report(name, List.of(entry(Fleet.PLUGIN)));
        }
    }

    /** A plugin's entry with a CA in a file that only Sveltos could read, or a secret reader's without its extension. */
    private Map<String, Object> incomplete() {
        String server = "https://" + expected.entry();
        return prefersPlugin
                ? Map.of("name", Fleet.PLUGIN, "cluster", Map.of("server", server, "certificate-authority", "/ca"))
                : entry("kubeconfig-secretreader");
    }

    private Map<String, Object> entry(String provider) {
        return Map.of("name", provider, "cluster", Map.of("server", "https://" + expected.entry()));
    }

    /** Deletes the source, or replaces it with a kubeconfig that leads nowhere. */
    String loseSource(boolean delete) {
        expected.hasSource = false;
        if (delete) {
            fixtures.secret(name).delete();
            return "delete the source";
        }
        fixtures.putSource(name, "{}");
        return "empty the source";
    }

    // our fields of its outputs

    String tamperWithTheCluster(Random random) {
        if (expected.cluster.isTaken() || !expected.cluster.mayChange()) {
            return "no tampering";
        }
        expected.cluster.change();
        return switch (random.nextInt(5)) {
            case 0 ->
                change("env of the SveltosCluster", () -> fixtures.label(fixtures.cluster(name), "env", "theirs"));
            case 1 -> change("no env of the SveltosCluster", () -> fixtures.label(fixtures.cluster(name), "env", null));
            case 2 ->
                change(
                        "kubeconfigName of the SveltosCluster",
                        () -> fixtures.editSpec(fixtures.cluster(name), Map.of("kubeconfigName", "theirs")));
            case 3 ->
                change(
                        "kubeconfigKeyName of the SveltosCluster",
                        () -> fixtures.editSpec(fixtures.cluster(name), Map.of("kubeconfigKeyName", "theirs")));
            default -> tamperWithTheDisplayName();
        };
    }

    /** Without a display name in the profile, the annotation is not ours. */
    private String tamperWithTheDisplayName() {
        if (!expected.isDisplayed) {
            return "no tampering";
        }
        expected.isDisplayTampered = true;
        return change(
                "display name of the SveltosCluster",
                () -> fixtures.annotate(fixtures.cluster(name), DISPLAY_NAME, "theirs"));
    }

    String tamperWithTheSecret(Random random) {
        if (expected.secret.isTaken() || !expected.secret.mayChange()) {
            return "no tampering";
        }
        expected.tamperWithCredential();
        return switch (random.nextInt(4)) {
            case 0 -> change("kubeconfig of the Secret", () -> writeKubeconfig(Expected.TAMPERED));
            case 1 ->
                change(
                        "no kubeconfig in the Secret",
                        () -> fixtures.edit(fixtures.managedSecret(name), current -> {
                            Map<String, String> data = new TreeMap<>(current.getData());
                            data.remove("kubeconfig");
                            current.setData(data);
                        }));
            case 2 ->
                change("a bookkeeping annotation of the Secret", () -> changeBookkeeping(random.nextInt(), "theirs"));
            default ->
                change("no bookkeeping annotation of the Secret", () -> changeBookkeeping(random.nextInt(), null));
        };
    }

    private void writeKubeconfig(String value) {
        fixtures.editData(fixtures.managedSecret(name), "kubeconfig", value);
    }

    private void changeBookkeeping(int which, String value) {
        fixtures.edit(fixtures.managedSecret(name), current -> {
            Map<String, String> annotations = new TreeMap<>(annotations(current));
            List<String> ours = new ArrayList<>(annotations.keySet());
            ours.removeIf(key -> !key.startsWith(BOOKKEEPING));
            if (!ours.isEmpty()) {
                annotations.put(ours.get(Math.floorMod(which, ours.size())), value);
                annotations.values().removeIf(changed -> changed == null);
                current.getMetadata().setAnnotations(annotations);
            }
        });
    }

    String makeTheSecretImmutable() {
        return change(
                "immutable Secret",
                () -> fixtures.edit(fixtures.managedSecret(name), current -> current.setImmutable(true)));
    }

    String deleteTheCluster() {
        if (expected.cluster.isTaken() || !expected.cluster.mayChange()) {
            return "no deletion";
        }
        expected.deleteCluster();
        fixtures.cluster(name).delete();
        return "delete the SveltosCluster";
    }

    String deleteTheSecret() {
        if (expected.secret.isTaken() || !expected.secret.mayChange()) {
            return "no deletion";
        }
        expected.deleteSecret();
        fixtures.managedSecret(name).delete();
        return "delete the Secret";
    }

    // what others have on its outputs

    /** Puts fields of others on both outputs. */
    String mark() {
        if (expected.cluster.isTaken() || expected.secret.isTaken()) {
            return "no marks";
        }
        return change("marks of others", () -> {
            mark(fixtures.cluster(name), expected.cluster);
            mark(fixtures.managedSecret(name), expected.secret);
        });
    }

    private <T extends HasMetadata> void mark(Resource<T> object, Expected.Output output) {
        AtomicReference<String> marked = new AtomicReference<>();
        fixtures.edit(object, current -> {
            Map<String, String> labels = new TreeMap<>(labels(current));
            labels.put(Expected.THEIRS, "yes");
            current.getMetadata().setLabels(labels);
            Map<String, String> annotations = new TreeMap<>(annotations(current));
            annotations.put(Expected.THEIRS, "yes");
            current.getMetadata().setAnnotations(annotations);
            marked.set(Actual.uid(current));
        });
        // not before: the edit may be refused
        output.mark(marked.get());
    }

    /** Takes our label off an output, so that it is not ours any more. */
    String take(boolean isCluster) {
        if (expected.isHeld || expected.cluster.isTaken() || expected.secret.isTaken()) {
            return "not taken";
        }
        return isCluster
                ? take("SveltosCluster", fixtures.cluster(name), expected.cluster)
                : take("Secret", fixtures.managedSecret(name), expected.secret);
    }

    private <T extends HasMetadata> String take(String kind, Resource<T> object, Expected.Output output) {
        if (!output.mayChange()) {
            return "not taken";
        }
        output.change();
        // the controller fetches a credential, and finds out only then that it may not write it
        expected.allowRepair();
        return change("take the " + kind, () -> {
            fixtures.label(object, MANAGED_BY, null);
            output.take(object.get());
        });
    }

    /** Puts our label on again, while the profile exists: otherwise it would be ours and belong to nothing. */
    String giveBack() {
        if (!expected.exists) {
            return "nothing to give back";
        }
        if (expected.cluster.isTaken()) {
            expected.cluster.giveBack();
            expected.allowRepair();
            fixtures.label(fixtures.cluster(name), MANAGED_BY, MANAGER);
            return "give the SveltosCluster back";
        }
        if (expected.secret.isTaken()) {
            expected.giveSecretBack(actual().credential());
            fixtures.label(fixtures.managedSecret(name), MANAGED_BY, MANAGER);
            return "give the Secret back";
        }
        return "nothing to give back";
    }

    /** Puts a finalizer of others on the SveltosCluster, as Sveltos does. */
    String hold() {
        if (expected.cluster.isTaken() || expected.isHeld) {
            return "not held";
        }
        return change("finalizer of Sveltos", () -> {
            fixtures.setFinalizers(fixtures.cluster(name), OTHER_FINALIZER);
            expected.isHeld = true;
        });
    }

    String release() {
        if (!expected.isHeld) {
            return "not held";
        }
        expected.isHeld = false;
        fixtures.setFinalizers(fixtures.cluster(name));
        return "no finalizer of Sveltos";
    }

    private static String change(String what, Runnable change) {
        return attempt(change) ? what : NOTHING;
    }

    /** False if the object is not there yet, or not any more. */
    private static boolean attempt(Runnable change) {
        try {
            change.run();
            return true;
        } catch (NullPointerException e) {
            // what an edit of an object fails with that does not exist
            return false;
        } catch (KubernetesClientException e) {
            // 422: another object of this name, without the field that is changed
            if (e.getCode() == 404 || e.getCode() == 422) {
                return false;
            }
            throw e;
        }
    }
}
