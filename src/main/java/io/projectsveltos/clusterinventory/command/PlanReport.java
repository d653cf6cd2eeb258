package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The answer of {@code plan}; its fields are those of the JSON output.
 *
 * @param counts how many profiles there are of each action
 * @param profiles those for which something is done, or has to be done, in the order of their keys
 * @param notes what somebody has to know before a take-over, one line each
 * @param unknown what the caller may not read
 */
record PlanReport(Map<Action, Long> counts, List<Item> profiles, List<String> notes, List<String> unknown) {

    /** What is done for a profile. */
    enum Action {
        Create("to create"),
        Update("to update"),
        TakeOver("to take over"),
        Delete("to delete"),
        Wait("not registered yet"),
        Attention("need attention"),
        Unknown("not permitted to read"),
        None("unchanged");

        private final String text;

        Action(String text) {
            this.text = text;
        }
    }

    /**
     * A profile.
     *
     * @param profile its key
     * @param secret what is done to the managed Secret
     * @param caSecret what is done to the Secret with the CA; null if there is none, and none is needed
     * @param sveltosCluster what is done to the SveltosCluster
     * @param differences the fields of the SveltosCluster that change, each after {@code +} or {@code -}
     * @param finalizer whether it gets the finalizer
     * @param reason the reason of the Event that it would get, or null
     * @param message why it is not served, what is wrong, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Item(
            String profile,
            Action action,
            Change secret,
            Change caSecret,
            Change sveltosCluster,
            List<String> differences,
            boolean finalizer,
            String reason,
            String message) {

        private void addTo(TextTable table) {
            String why = message == null ? "" : ": " + (reason == null ? "" : reason + ": ") + message;
            table.row(action.name(), profile + why);
            table.row("", line("managed Secret", secret));
            table.row("", caSecret == null ? null : line("Secret with the CA", caSecret));
            table.row("", line("SveltosCluster", sveltosCluster));
            differences.forEach(field -> table.row("", "  " + field));
            table.row("", finalizer ? "the profile gets the finalizer" : null);
        }

        /** Without what the message says already. */
        private static String line(String kind, Change change) {
            return change == Change.None || change == Change.LeaveAlone ? null : kind + " " + change.text();
        }
    }

    String text() {
        TextTable table = new TextTable();
        profiles.forEach(item -> item.addTo(table));
        notes.forEach(note -> table.row("Note", note));
        unknown.forEach(denied -> table.row("Not permitted", denied));
        String all = counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey().text)
                .collect(Collectors.joining(", "));
        return (all.isEmpty() ? "There is no ClusterProfile" : "ClusterProfiles: " + all) + "\n\n" + table.text();
    }

    static Action action(List<Change> changes, boolean finalizer) {
        for (Change change : List.of(Change.TakeOver, Change.Create, Change.Delete, Change.Unknown)) {
            if (changes.contains(change)) {
                return Action.valueOf(change.name());
            }
        }
        return finalizer || changes.stream().anyMatch(Change::isWrite) ? Action.Update : Action.None;
    }
}
