package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.kubeconfig;
import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.secretName;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.apiserver.ResourceTypes;
import io.projectsveltos.clusterinventory.testing.AuditedApiServer;
import io.projectsveltos.clusterinventory.testing.ClusterFixtures;
import io.projectsveltos.clusterinventory.testing.Plugins;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Profiles in one namespace, the people and programs that change them, and the outputs that they should have, computed
 * without the controller's code. Some of them offer {@code kubeconfig-secretreader}, the others an exec plugin whose tokens
 * say which entry they were made for. All that it does comes from one random number generator.
 */
final class Fleet {

    /** What the plugin is called in the provider file. */
    static final String PLUGIN = "plugin";

    private static final int BYSTANDERS = 6;
    private static final String TAKEN = "taken";
    private static final String SUFFIX = secretName("");
    private static final Duration POLL = Duration.ofMillis(250);

    private final AuditedApiServer server;
    private final ClusterFixtures fixtures;
    private final Random random;
    private final Mix mix;
    private final Plugins plugins;
    private final Map<String, TestedProfile> profiles = new ConcurrentSkipListMap<>();
    private final Map<String, String> bystanders = new HashMap<>();
    private final Instant begin = Instant.now();

    /**
     * What the profiles offer.
     *
     * @param plugins how many of a hundred offer the plugin
     * @param tokenLife how long its tokens live
     */
    record Mix(int plugins, Duration tokenLife) {

        /** As many of each kind, and no token expires during a test. */
        static final Mix EVEN = new Mix(50, Duration.ofDays(365));
    }

    /**
     * Prepares a namespace of its own, with objects of others.
     *
     * @param directory for the plugin
     */
    Fleet(AuditedApiServer server, Random random, Path directory) {
        this(server, random, directory, Mix.EVEN);
    }

    Fleet(AuditedApiServer server, Random random, Path directory, Mix mix) {
        this.server = server;
        this.random = random;
        this.mix = mix;
        this.fixtures = ClusterFixtures.inNewNamespaceOf(server);
        this.plugins =
                new Plugins(directory).add(PLUGIN, """
                entry=${KUBERNETES_EXEC_INFO#*\\"server\\":\\"https://}
                entry=${entry%%%%\\"*}
                expiry=$(date -u -d '%d seconds' +%%FT%%TZ)
                echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",' \\
                  '"status":{"token":"token-of-'$entry'-until-'$expiry'","expirationTimestamp":"'$expiry'"}}'
                """.formatted(mix.tokenLife().toSeconds()));
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
    void create(int number) {
        int first = profiles.size();
        List<TestedProfile> added = IntStream.range(first, first + number)
                .mapToObj(i -> add("spoke-" + i))
                .toList();
        added.parallelStream().forEach(Fleet::createOffering);
    }

    /** Makes the model of a profile that does not exist yet. */
    TestedProfile add(String name) {
        TestedProfile profile = new TestedProfile(fixtures, name, Math.floorMod(name.hashCode(), 100) < mix.plugins());
        profiles.put(name, profile);
        return profile;
    }

    Collection<TestedProfile> profiles() {
        return profiles.values();
    }

    private static boolean createOffering(TestedProfile profile) {
        boolean created = profile.create();
        if (created) {
            profile.offer();
        }
        return created;
    }

    /** Does this many things to profiles and outputs. */
    void change(int operations) {
        List<String> names = List.copyOf(profiles.keySet());
        for (int i = 0; i < operations; i++) {
            changeOne(names.get(random.nextInt(names.size())));
        }
    }

    /** Changes a few profiles now and then. */
    void changeFor(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            change(1 + profiles.size() / 40);
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
    }

    /** Does one thing to a profile or its outputs; returns what. */
    String changeOne(String name) {
        TestedProfile profile = profiles.get(name);
        if (!profile.expected().exists) {
            return createOffering(profile) ? "create" : "still deleted";
        }
        return switch (random.nextInt(10)) {
            case 0, 1 -> profile.relabel();
            case 2, 3 -> profile.rotate();
            case 4 -> profile.display();
            case 5 -> profile.expected().isUsable() ? profile.offerUnusable(Expected.Offer.NOTHING) : profile.offer();
            case 6 -> profile.delete();
            case 7 -> profile.tamperWithTheCluster(random);
            case 8 -> profile.tamperWithTheSecret(random);
            default -> random.nextBoolean() ? profile.deleteTheCluster() : profile.deleteTheSecret();
        };
    }

    /** What is not as it should be now. */
    List<Difference> differences() {
        Map<String, GenericKubernetesResource> actual = byName(server.client()
                .genericKubernetesResources(ResourceTypes.CLUSTER_PROFILES)
                .inNamespace(namespace())
                .list()
                .getItems());
        Map<String, GenericKubernetesResource> clusters =
                byName(fixtures.clusters().list().getItems());
        Map<String, Secret> secrets =
                byName(server.client().secrets().inNamespace(namespace()).list().getItems());
        return profiles.values().stream()
                .map(TestedProfile::expected)
                .flatMap(expected -> expected
                        .differences(new Actual(
                                actual.get(expected.name),
                                clusters.get(expected.name),
                                secrets.get(secretName(expected.name))))
                        .stream())
                .toList();
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
            case "clusterprofiles" -> mayChangeProfiles(request.verb()) && isServed(request.name());
            case "sveltosclusters" -> isServed(request.name());
            case "secrets" ->
                request.name().endsWith(SUFFIX)
                        && isServed(request.name().substring(0, request.name().length() - SUFFIX.length()));
            default -> false;
        };
    }

    /** The finalizer is what changes, and that with an update unless the controller is ours. */
    private static boolean mayChangeProfiles(String verb) {
        return verb.equals("patch") || verb.equals("update") && !TestedController.isOurs();
    }

    private boolean isServed(String name) {
        return profiles.containsKey(name) || name.startsWith(TAKEN);
    }

    /** How many runs of the plugin nothing asked for, by profile; others by what the plugin was called with. */
    Map<String, Long> excessPluginRuns() {
        Map<String, Long> runs = plugins.runs(PLUGIN).stream()
                .map(info -> info.replaceFirst(".*\"server\":\"https://([^\"]*)\".*", "$1"))
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        Map<String, Long> excess = new TreeMap<>();
        profiles.forEach((name, profile) -> excess.put(name, profile.expected().takeExcessRuns(runs)));
        excess.putAll(runs);
        excess.values().removeIf(number -> number == 0);
        return excess;
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
        return found == null ? "deleted" : Actual.version(found);
    }
}
