package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.command.Explanation.AuthoritySecret;
import io.projectsveltos.clusterinventory.command.Explanation.Cluster;
import io.projectsveltos.clusterinventory.command.Explanation.ManagedSecret;
import io.projectsveltos.clusterinventory.command.Explanation.Provider;
import io.projectsveltos.clusterinventory.command.Explanation.Reported;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An explanation for people: what and what to do first, then the facts. */
final class ExplanationText {

    private static final int MAX_EVENTS = 3;

    private final TextTable table = new TextTable();
    private final Explanation explanation;
    private final Instant now;

    private ExplanationText(Explanation explanation, Instant now) {
        this.explanation = explanation;
        this.now = now;
    }

    /**
     * Formats an explanation.
     *
     * @param now what times are relative to
     * @return lines
     */
    static String of(Explanation explanation, Instant now) {
        return new ExplanationText(explanation, now).text();
    }

    private String text() {
        String reason = explanation.reason() == null ? "" : ": " + explanation.reason();
        table.row("Why", explanation.why());
        table.row("What to do", explanation.action());
        table.row("Next reconcile", explanation.next());
        table.gap();
        if (explanation.accessProvider() != null) {
            add(explanation.accessProvider());
        }
        add(explanation.secret());
        if (explanation.caSecret() != null) {
            AuthoritySecret secret = explanation.caSecret();
            table.row("CA Secret", existence(secret.name(), secret.exists(), secret.change()));
        }
        add(explanation.sveltosCluster());
        explanation.events().stream().limit(MAX_EVENTS).forEach(this::add);
        explanation.unknown().forEach(denied -> table.row("Not permitted", denied));
        return "ClusterProfile " + explanation.profile() + " "
                + explanation.state().text() + reason + "\n\n" + table.text();
    }

    private void add(Provider provider) {
        String selected = provider.selected() == null ? "none" : provider.selected() + ", " + provider.kind();
        String offered = provider.offered().isEmpty()
                ? "the profile offers none"
                : "the profile offers " + String.join(", ", provider.offered());
        table.row("Access provider", selected + " (" + offered + ")");
        table.row("Source", provider.source());
    }

    private void add(ManagedSecret secret) {
        boolean isLastGood = explanation.state() == ProfileState.Failing
                && secret.exists()
                && secret.change().isWrite();
        List<String> parts = new ArrayList<>(List.of(
                isLastGood
                        ? secret.name() + " keeps the last good kubeconfig"
                        : existence(secret.name(), secret.exists(), secret.change())));
        if (secret.obtainedAt() != null) {
            parts.add("its credential was obtained " + Times.relative(secret.obtainedAt(), now));
        }
        if (secret.expiresAt() != null) {
            parts.add("expires " + Times.relative(secret.expiresAt(), now));
        }
        table.row("Managed Secret", String.join("; ", parts));
    }

    private void add(Cluster cluster) {
        table.row("SveltosCluster", existence(cluster.name(), cluster.exists(), cluster.change()));
        cluster.differences().forEach(field -> table.row("", field));
        if (cluster.failure() != null) {
            table.row("", "Sveltos cannot connect: " + cluster.failure());
        } else if (cluster.ready() == null) {
            table.row("", cluster.exists() ? "Sveltos has not connected to it yet" : null);
        } else {
            String version = cluster.version() == null ? "" : " (Kubernetes " + cluster.version() + ")";
            table.row("", "Sveltos: " + (cluster.ready() ? "ready" : "not ready") + version);
        }
    }

    private static String existence(String name, boolean exists, Change change) {
        return change == Change.None && !exists ? name + " does not exist" : name + " " + change.text();
    }

    private void add(Reported event) {
        String times = event.count() > 1 ? " (" + event.count() + " times)" : "";
        table.row(
                "Event",
                Times.relative(event.lastSeen(), now) + times + ", " + event.type() + ", " + event.reason() + ": "
                        + (event.message().equals(explanation.why()) ? "as above" : event.message()));
    }
}
