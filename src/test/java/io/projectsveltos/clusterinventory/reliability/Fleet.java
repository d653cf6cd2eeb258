package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.annotations;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.decoded;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.labels;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.apiserver.ResourceTypes;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Profiles in one namespace, the people and programs that change them, and the outputs that they should have, computed
 * without the controller's code. Half of them offer {@code kubeconfig-secretreader}, half an exec plugin whose credentials
 * say which entry they were made for. All that it does comes from one random number generator.
 */
final class Fleet {

    /** What the plugin of every second profile is called in the provider file. */
    static final String PLUGIN = "plugin";

    private static final int BYSTANDERS = 6;
    private static final String TAKEN = "taken";
    private static final String TAMPERED = "tampered";
    private static final String SUFFIX = secretName("");
    private static final Duration POLL = Duration.ofMillis(250);

    private final AuditedApiServer server;
    private final ClusterFixtures fixtures;
    private final Random random;
    private final Plugins plugins;
    private final Map<String, Wanted> wanted = new TreeMap<>();
    private final Map<String, String> bystanders = new HashMap<>();
    private final Instant begin = Instant.now();

    /** What one profile says, and what may have happened to its outputs. */
    private static final class Wanted {
        private final boolean plugin;
        private boolean exists;
        private boolean offers;
        private boolean displayed;
        private int label;
        private int version;
        private final Map<String, Integer> allowedRuns = new HashMap<>();
        private final Map<String, Integer> repairs = new HashMap<>();

        private Wanted(boolean plugin) {
            this.plugin = plugin;
        }
    }

    /**
     * Prepares a namespace of its own, with objects of others.
     *
     * @param directory for the plugin
     */
    Fleet(AuditedApiServer server, Random random, Path directory) {
        this.server = server;
        this.random = random;
        this.fixtures = ClusterFixtures.inNewNamespaceOf(server);
        this.plugins = new Plugins(directory).add(PLUGIN, """
                entry=${KUBERNETES_EXEC_INFO#*\\"server\\":\\"https://}
                entry=${entry%%\\"*}
                echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",' \\
                  '"status":{"token":"token-of-'$entry'","expirationTimestamp":"2099-01-01T00:00:00Z"}}'
                """);
        createBystanders();
    }

    String namespace() {
        return fixtures.namespace();
    }

    ClusterFixtures fixtures() {
        return fixtures;
    }

    Path providerFile() {
        return plugins.file();
    }

    /** Creates profiles, with status and source. */
    void create(int profiles) {
        List<String> names = IntStream.range(0, profiles)
                .mapToObj(i -> "spoke-" + (wanted.size() + i))
                .toList();
        names.forEach(name -> wanted.put(name, new Wanted(Math.floorMod(name.hashCode(), 2) == 0)));
        names.parallelStream().forEach(this::create);
    }

    /** Does this many things to profiles and outputs. */
    void change(int operations) {
        List<String> names = List.copyOf(wanted.keySet());
        for (int i = 0; i < operations; i++) {
            changeOne(names.get(random.nextInt(names.size())));
        }
    }

    /** Changes a few profiles now and then. */
    void changeFor(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            change(1 + wanted.size() / 40);
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
    }

    /** Does one thing to a profile or its outputs; returns what. */
    String changeOne(String name) {
        Wanted profile = wanted.get(name);
        if (!profile.exists) {
            return create(name) ? "create" : "still deleted";
        }
        return switch (random.nextInt(10)) {
            case 0, 1 -> relabel(name, profile);
            case 2, 3 -> rotate(name, profile);
            case 4 -> display(name, profile);
            case 5 -> withdrawOrOffer(name, profile);
            case 6 -> delete(name, profile);
            case 7 -> tamperWithTheCluster(name);
            case 8 -> tamperWithTheSecret(name, profile);
            default -> deleteAnOutput(name, profile);
        };
    }

    // what happens

    private boolean create(String name) {
        Wanted profile = wanted.get(name);
        try {
            fixtures.createProfile(name, profileLabels(profile), profile.displayed ? name : "");
        } catch (KubernetesClientException e) {
            if (e.getCode() == 409) {
                // its deletion waits for the controller
                return false;
            }
            throw e;
        }
        profile.exists = true;
        allowRun(name, profile);
        offer(name, profile);
        return true;
    }

    private String delete(String name, Wanted profile) {
        profile.exists = false;
        profile.offers = false;
        fixtures.profile(name).delete();
        return "delete";
    }

    private String relabel(String name, Wanted profile) {
        profile.label++;
        fixtures.edit(fixtures.profile(name), current -> current.getMetadata().setLabels(profileLabels(profile)));
        return "label " + profile.label;
    }

    private String rotate(String name, Wanted profile) {
        profile.version++;
        allowRun(name, profile);
        offer(name, profile);
        return "rotate to " + profile.version;
    }

    private String display(String name, Wanted profile) {
        profile.displayed = !profile.displayed;
        Map<String, Object> field = new HashMap<>();
        field.put("displayName", profile.displayed ? name : null);
        fixtures.editSpec(fixtures.profile(name), field);
        return "display name " + profile.displayed;
    }

    private String withdrawOrOffer(String name, Wanted profile) {
        if (profile.offers) {
            profile.offers = false;
            fixtures.report(name, List.of());
            return "withdraw";
        }
        allowRun(name, profile);
        offer(name, profile);
        return "offer";
    }

    private void offer(String name, Wanted profile) {
        if (profile.plugin) {
            fixtures.report(
                    name,
                    List.of(Map.of("name", PLUGIN, "cluster", Map.of("server", "https://" + entry(name, profile)))));
        } else {
            fixtures.putSource(name, kubeconfig(entry(name, profile)));
            fixtures.reportSource(name, name);
        }
        profile.offers = true;
    }

    private String tamperWithTheCluster(String name) {
        edit(() -> fixtures.label(fixtures.cluster(name), "env", TAMPERED));
        return "tamper with the SveltosCluster";
    }

    private String tamperWithTheSecret(String name, Wanted profile) {
        allowRepair(name, profile);
        edit(() -> fixtures.editData(fixtures.managedSecret(name), "kubeconfig", TAMPERED));
        return "tamper with the Secret";
    }

    private String deleteAnOutput(String name, Wanted profile) {
        if (random.nextBoolean()) {
            fixtures.cluster(name).delete();
            return "delete the SveltosCluster";
        }
        allowRepair(name, profile);
        fixtures.managedSecret(name).delete();
        return "delete the Secret";
    }

    /** The output may not be there yet, or not any more. */
    private static void edit(Runnable change) {
        try {
            change.run();
        } catch (KubernetesClientException | NullPointerException e) {
            if (e instanceof KubernetesClientException refused && refused.getCode() != 404) {
                throw e;
            }
        }
    }

    // what should be

    /** What is not as it should be now. */
    List<Difference> differences() {
        Map<String, GenericKubernetesResource> profiles = byName(server.client()
                .genericKubernetesResources(ResourceTypes.CLUSTER_PROFILES)
                .inNamespace(namespace())
                .list()
                .getItems());
        Map<String, GenericKubernetesResource> clusters =
                byName(fixtures.clusters().list().getItems());
        Map<String, Secret> secrets =
                byName(server.client().secrets().inNamespace(namespace()).list().getItems());
        List<Difference> differences = new ArrayList<>();
        wanted.forEach((name, profile) -> {
            Actual actual = new Actual(profiles.get(name), clusters.get(name), secrets.get(secretName(name)));
            if (!profile.exists) {
                compareDeleted(name, actual, differences);
            } else if (profile.offers) {
                compareServed(name, profile, actual, differences);
            } else if (actual.secret != null) {
                // what was served last stays, no matter which
                compareOwner(name, actual.secret, differences);
            }
        });
        return differences;
    }

    /** The objects of one profile; null for each that does not exist. */
    private record Actual(GenericKubernetesResource profile, GenericKubernetesResource cluster, Secret secret) {}

    private static void compareDeleted(String name, Actual actual, List<Difference> differences) {
        if (actual.profile != null) {
            differences.add(Difference.lost(name, "is not released"));
        }
        if (actual.cluster != null) {
            differences.add(Difference.wrong(name, "is deleted and has a SveltosCluster"));
        }
        if (actual.secret != null) {
            differences.add(Difference.wrong(name, "is deleted and has a managed Secret"));
        }
    }

    private void compareServed(String name, Wanted profile, Actual actual, List<Difference> differences) {
        if (actual.profile == null || !actual.profile.getFinalizers().contains(ClusterFixtures.FINALIZER)) {
            differences.add(Difference.lost(name, "has no finalizer"));
        }
        if (actual.cluster == null) {
            differences.add(Difference.lost(name, "has no SveltosCluster"));
        } else {
            compareCluster(name, profile, actual.cluster, differences);
        }
        if (actual.secret == null) {
            differences.add(Difference.lost(name, "has no managed Secret"));
        } else {
            compareOwner(name, actual.secret, differences);
            compareSecret(name, profile, actual.secret, differences);
        }
    }

    private static void compareCluster(
            String name, Wanted profile, GenericKubernetesResource cluster, List<Difference> differences) {
        Map<String, String> labels = new TreeMap<>(profileLabels(profile));
        labels.put(ClusterFixtures.MANAGED_BY, ClusterFixtures.MANAGER);
        if (!labels.equals(labels(cluster))) {
            differences.add(Difference.lost(name, "has the labels " + labels(cluster) + ", not " + labels));
        }
        String displayed = annotations(cluster).get(ClusterFixtures.DISPLAY_NAME);
        if (profile.displayed != (displayed != null)) {
            differences.add(Difference.lost(name, "has the display name " + displayed));
        }
        if (!secretName(name).equals(ClusterFixtures.spec(cluster).get("kubeconfigName"))) {
            differences.add(Difference.wrong(name, "has a SveltosCluster with " + ClusterFixtures.spec(cluster)));
        }
    }

    private static void compareSecret(String name, Wanted profile, Secret secret, List<Difference> differences) {
        String entry = entry(name, profile);
        if (!entry.equals(entryOf(secret))) {
            differences.add(Difference.lost(name, "has the credential of " + entryOf(secret) + ", not of " + entry));
        }
        if (!ClusterFixtures.MANAGER.equals(labels(secret).get(ClusterFixtures.MANAGED_BY))) {
            differences.add(Difference.lost(name, "has a Secret without the label"));
        }
    }

    /** A credential of another profile must not be there at any time. */
    private static void compareOwner(String name, Secret secret, List<Difference> differences) {
        String entry = entryOf(secret);
        if (!entry.equals(TAMPERED) && !entry.startsWith(name + "-v")) {
            differences.add(Difference.wrong(name, "has the credential of " + entry));
        }
    }

    /** The entry that a managed Secret was made from. */
    private static String entryOf(Secret secret) {
        String value = new String(decoded(secret.getData().getOrDefault("kubeconfig", "")), StandardCharsets.UTF_8);
        if (value.equals(TAMPERED)) {
            return TAMPERED;
        }
        Config config = Serialization.unmarshal(value, Config.class);
        String server = config.getClusters().get(0).getCluster().getServer();
        String token = config.getUsers().get(0).getUser().getToken();
        return server.equals("https://" + token.replaceFirst("^token-of-", ""))
                ? server.substring("https://".length())
                : server + " with another token";
    }

    /** Waits until everything is as it should be, or until the limit. */
    Recovery awaitEqual(Duration limit) {
        long begin = System.nanoTime();
        while (true) {
            List<Difference> left = differences();
            Duration time = Duration.ofNanos(System.nanoTime() - begin);
            if (left.isEmpty() || time.compareTo(limit) > 0) {
                return new Recovery(time, left);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** What a user has written since this fleet began outside its objects, and objects of others that are not as they were. */
    List<String> foreignWrites(String user) {
        List<String> writes = new ArrayList<>();
        server.requests(user).stream()
                .filter(request -> request.received().isAfter(begin))
                .filter(request -> request.isWrite() && request.code() < 300 && !mayWrite(request))
                .forEach(request -> writes.add(request.namespace() + ": " + request));
        bystanders.forEach((object, version) -> {
            if (!version.equals(versionOf(object))) {
                writes.add(object + " of others");
            }
        });
        return writes;
    }

    private boolean mayWrite(AuditedApiServer.Request request) {
        if (request.resource().equals("leases")) {
            return true;
        }
        if (!request.namespace().equals(namespace())) {
            return false;
        }
        return switch (request.resource()) {
            case "clusterprofiles" -> request.verb().equals("patch") && isServed(request.name());
            case "sveltosclusters" -> isServed(request.name());
            case "secrets" ->
                request.name().endsWith(SUFFIX)
                        && isServed(request.name().substring(0, request.name().length() - SUFFIX.length()));
            default -> false;
        };
    }

    private boolean isServed(String name) {
        return wanted.containsKey(name) || name.startsWith(TAKEN);
    }

    /** How many runs of the plugin nothing asked for. */
    long excessPluginRuns() {
        Map<String, Long> runs = plugins.runs(PLUGIN).stream()
                .map(info -> info.replaceFirst(".*\"server\":\"https://([^\"]*)\".*", "$1"))
                .collect(Collectors.groupingBy(Function.identity(), HashMap::new, Collectors.counting()));
        long ofProfiles = 0;
        for (Map.Entry<String, Wanted> profile : wanted.entrySet()) {
            ofProfiles += takeExcessRuns(profile.getKey(), profile.getValue(), runs);
        }
        return ofProfiles + runs.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Takes the runs for a profile out of the map. Nothing orders the watches of profiles and of Secrets: a controller may see
     * that a Secret has to be repaired before it sees the rotation that came first, and runs the plugin for the older entry.
     */
    private static long takeExcessRuns(String name, Wanted profile, Map<String, Long> runs) {
        long excess = 0;
        long laterRepairs = 0;
        for (int version = profile.version; version >= 0; version--) {
            String entry = entry(name, version);
            long tooMany =
                    Optional.ofNullable(runs.remove(entry)).orElse(0L) - profile.allowedRuns.getOrDefault(entry, 0);
            excess += Math.max(0, tooMany - laterRepairs);
            laterRepairs = tooMany > 0
                    ? Math.max(0, laterRepairs - tooMany)
                    : laterRepairs + Math.min(-tooMany, profile.repairs.getOrDefault(entry, 0));
        }
        return excess;
    }

    // names

    private static void allowRun(String name, Wanted profile) {
        profile.allowedRuns.merge(entry(name, profile), 1, Integer::sum);
    }

    private static void allowRepair(String name, Wanted profile) {
        allowRun(name, profile);
        profile.repairs.merge(entry(name, profile), 1, Integer::sum);
    }

    /** What the entry of a profile, and so its credential, is known by. */
    private static String entry(String name, Wanted profile) {
        return entry(name, profile.version);
    }

    private static String entry(String name, int version) {
        return name + "-v" + version;
    }

    private static Map<String, String> profileLabels(Wanted profile) {
        return profile.label % 2 == 0
                ? Map.of("env", "label-" + profile.label)
                : Map.of("env", "label-" + profile.label, "odd", "yes");
    }

    private static <T extends HasMetadata> Map<String, T> byName(List<T> objects) {
        return objects.stream()
                .collect(Collectors.toMap(object -> object.getMetadata().getName(), Function.identity()));
    }

    // others

    private void createBystanders() {
        for (int i = 0; i < BYSTANDERS; i++) {
            String name = TAKEN + "-" + i;
            if (i % 2 == 0) {
                fixtures.createSecret(secretName(name), Map.of(), kubeconfig("others"));
                bystanders.put(secretName(name), "");
            } else {
                fixtures.createCluster(name, Map.of(), Map.of("kubeconfigName", "others"));
                bystanders.put(name, "");
            }
            fixtures.createProfileAndSource(name);
        }
        bystanders.replaceAll((object, none) -> versionOf(object));
    }

    private String versionOf(String object) {
        HasMetadata found = object.endsWith(SUFFIX)
                ? fixtures.secret(object).get()
                : fixtures.cluster(object).get();
        return found == null
                ? "deleted"
                : found.getMetadata().getUid() + "/" + found.getMetadata().getResourceVersion();
    }
}
