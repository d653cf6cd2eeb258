package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * The answer of {@code try}; its fields are those of the JSON output. No value of the call is in it.
 *
 * @param accessProvider the access provider's name
 * @param kind what it is, for people
 * @param profile the key of the profile that it was called for
 * @param works whether it returned a kubeconfig that the controller would use
 * @param reason the reason of the Event that the profile would get, or null
 * @param message what is wrong, or null
 * @param steps the steps of its route, in the order in which they ended
 * @param credential what it returned, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TryReport(
        String accessProvider,
        String kind,
        String profile,
        boolean works,
        String reason,
        String message,
        List<Step> steps,
        Returned credential) {

    /**
     * A step of a route.
     *
     * @param route the id of its route
     * @param line its line in the route file, or null
     * @param step what it is, such as {@code setBody}, with its id if it has one
     * @param millis how long it took, in milliseconds
     * @param body the type and size of the body after it
     * @param failure the class of its exception, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Step(String route, Integer line, String step, long millis, String body, String failure) {

        String text() {
            String place = line == null ? route : route + ", line " + line;
            return place + ": " + step + ", " + millis + " ms, "
                    + (failure == null ? "body " + body : "FAILED: " + failure);
        }
    }

    /**
     * A kubeconfig.
     *
     * @param bytes its size
     * @param warning what is wrong with it although it would be used, or null
     * @param refreshAt when the controller would renew it, or null if it is copied from a Secret
     * @param expiresAt when it expires, or null if that is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Returned(int bytes, String warning, String refreshAt, String expiresAt) {}

    String text(Instant now) {
        TextTable table = new TextTable();
        table.row("Why", message);
        table.row("Called for", "ClusterProfile " + profile);
        steps.forEach(step -> table.row("Step", step.text()));
        if (credential != null) {
            table.row("Kubeconfig", credential.bytes() + " bytes, valid by the rules of client-go");
            table.row("Warning", credential.warning());
            table.row("Renewed", relative(credential.refreshAt(), now));
            table.row("Expires", relative(credential.expiresAt(), now));
        }
        String outcome = works ? "works" : "failed" + (reason == null ? "" : ": " + reason);
        return "Access provider " + accessProvider + " (" + kind + ") " + outcome + "\n\n" + table.text();
    }

    private static String relative(String time, Instant now) {
        return time == null ? null : Times.relative(time, now);
    }
}
