package io.projectsveltos.clusterinventory.command;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.command.PlanReport.Action;
import io.projectsveltos.clusterinventory.command.PlanReport.Item;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider;
import io.projectsveltos.clusterinventory.credential.exec.ProviderFile;
import io.projectsveltos.clusterinventory.sveltos.FieldOwnershipMigration;
import io.projectsveltos.clusterinventory.sveltos.OrphanDetector;
import io.projectsveltos.clusterinventory.sveltos.OrphanDetector.Scan;
import io.projectsveltos.clusterinventory.sveltos.SveltosClusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plans what the first reconcile of every profile, and the first scans for orphans, would write. */
final class Planner {

    private final CommandContext context;
    private final boolean isFromGo;
    private final ManagementCluster cluster;
    private final Previewer previewer;
    private final OrphanDetector orphans;
    private final SveltosClusters sveltosClusters;
    private final FieldOwnershipMigration migration;

    /**
     * Prepares a plan.
     *
     * @param isFromGo whether to say in detail what a take-over from the Go controller changes
     */
    Planner(CommandContext context, boolean isFromGo) {
        this.context = context;
        this.isFromGo = isFromGo;
        cluster = new ManagementCluster(context);
        previewer = new Previewer(context, cluster);
        orphans = context.bean(OrphanDetector.class);
        sveltosClusters = context.bean(SveltosClusters.class);
        migration = context.bean(FieldOwnershipMigration.class);
    }

    PlanReport plan() {
        List<Item> items = new ArrayList<>(cluster.loadAll().stream()
                .map(previewer::preview)
                .map(this::item)
                .toList());
        confirmedOrphans().stream().sorted().map(this::orphan).forEach(items::add);
        Map<Action, Long> counts =
                items.stream().collect(Collectors.groupingBy(Item::action, TreeMap::new, Collectors.counting()));
        return new PlanReport(
                counts,
                items.stream()
                        .filter(item -> item.action() != Action.None)
                        .sorted(Comparator.comparing(Item::profile))
                        .toList(),
                isFromGo ? notes() : List.of(),
                cluster.denied());
    }

    private Item item(Preview preview) {
        Change secret = preview.secret().change();
        Change output = preview.cluster().change();
        Change authority = preview.authority().change();
        Action action = PlanReport.action(List.of(secret, authority, output), preview.isFinalizerMissing());
        boolean isFailing = preview.failure() != null;
        boolean isOnHold = preview.hold() != null;
        return new Item(
                preview.key().toString(),
                isFailing ? Action.Attention : isOnHold && action == Action.None ? Action.Wait : action,
                secret,
                optional(preview.authority()),
                output,
                output == Change.TakeOver
                        ? takenOver(preview)
                        : preview.cluster().differences(),
                preview.isFinalizerMissing(),
                isFailing ? preview.failure().getReason().name() : null,
                isFailing ? preview.failure().getMessage() : isOnHold ? preview.hold() : preview.warning());
    }

    /** Null for an output that most profiles do not have. */
    private static Change optional(Output output) {
        return output.current() == null && !output.change().isWrite() ? null : output.change();
    }

    /** The changes of values alone, and the labels that the Go controller copied and this one does not. */
    private List<String> takenOver(Preview preview) {
        GenericKubernetesResource whole = isFromGo ? cluster.sveltosCluster(preview.key()) : null;
        if (whole == null) {
            return List.of();
        }
        ClusterProfile profile = preview.profile();
        Map<?, ?> desired = (Map<?, ?>) sveltosClusters
                .toApply(
                        profile,
                        preview.identity(),
                        preview.rules(),
                        preview.cluster().current())
                .get("spec");
        Map<?, ?> present = whole.get("spec");
        Set<String> same = desired.entrySet().stream()
                .filter(field -> present != null && field.getValue().equals(present.get(field.getKey())))
                .map(field -> "+spec." + field.getKey())
                .collect(Collectors.toSet());
        return Stream.concat(
                        preview.cluster().differences().stream().filter(field -> !same.contains(field)),
                        removedLabels(whole, profile))
                .distinct()
                .toList();
    }

    private Stream<String> removedLabels(GenericKubernetesResource whole, ClusterProfile profile) {
        Map<?, ?> metadata = (Map<?, ?>) migration.patch(whole, profile).get("metadata");
        return ((Map<?, ?>) metadata.get("labels")).keySet().stream().map(label -> "-metadata.labels." + label);
    }

    /** Those of the second scan: the controller deletes nothing before. */
    private Set<String> confirmedOrphans() {
        Function<Scan, Set<String>> confirm =
                scan -> scan.isListNeeded() ? orphans.confirm(scan, cluster.allProfiles()) : Set.of();
        confirm.apply(orphans.scan());
        return confirm.apply(orphans.scan());
    }

    private Item orphan(String key) {
        Preview preview = previewer.preview(ObjectKey.parse(key));
        return new Item(
                key,
                Action.Delete,
                deleted(preview.secret()),
                preview.authority().current() == null ? null : deleted(preview.authority()),
                deleted(preview.cluster()),
                List.of(),
                false,
                null,
                "its ClusterProfile is gone, or is being deleted and not served; this is done after two sync periods");
    }

    private static Change deleted(Output output) {
        return output.current() != null && output.change() == Change.None ? Change.Delete : output.change();
    }

    /** What differs for the plugins of the provider file: see "Check these first" in docs/migration.md. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (ExecProvider plugin : ProviderFile.read(context.settings().text("clusterprofile-provider-file"))
                .providers()) {
            if (!plugin.execConfig().provideClusterInfo()) {
                notes.add(plugin.name() + " gets no cluster in KUBERNETES_EXEC_INFO, as the Go controller always sends:"
                        + " set provideClusterInfo if the plugin needs it");
            }
            if (plugin.execConfig().apiVersion().endsWith("/v1beta1")) {
                notes.add(plugin.name() + " gets " + plugin.execConfig().apiVersion()
                        + " in KUBERNETES_EXEC_INFO, where the Go controller sends v1");
            }
            if (plugin.acceptsUnlistedVariables()) {
                notes.add(plugin.name() + " lets profiles set environment variables without listing which: list their"
                        + " names in profileSourcedEnvVars, or dangerous ones are refused");
            }
        }
        notes.add("Stop the Go controller before this one starts: both write the same objects");
        return notes;
    }
}
