package io.projectsveltos.clusterinventory.hooks;

import io.projectsveltos.clusterinventory.clusterprofile.LabelValue;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.Set;
import java.util.regex.Pattern;

/** What hooks may write: the rules of the API for labels and annotations, and limits of our own. */
final class DecorationRules {

    /** Not those that decide how Sveltos reaches the cluster, or whether it is paused: they are this controller's. */
    static final Set<String> SPEC_FIELDS =
            Set.of("data", "activeWindow", "consecutiveFailureThreshold", "livenessChecks", "readinessChecks");

    private static final String OUR_PREFIX = "clusterinventory.projectsveltos.io/";

    /** apimachinery's IsQualifiedName. */
    private static final Pattern NAME =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    /** Characters: longer ones are not kept in memory, so their drift would not be seen. */
    private static final int MAX_VALUE_LENGTH = 4 * 1024;

    private static final int MAX_SHOWN = 80;

    private DecorationRules() {}

    static boolean isOurs(String name) {
        return name.startsWith(OUR_PREFIX);
    }

    /** A name that may be anything, for a message. */
    static String shown(Object name) {
        String text = String.valueOf(name);
        return "'" + text.substring(0, Math.min(text.length(), MAX_SHOWN)) + "'";
    }

    /**
     * The value of a label, made valid as those of rules are, of an annotation or of an entry of {@code spec.data}.
     *
     * @return the value, or null if it is to be removed
     * @throws ReconcileFailure if the name or the value is invalid; without the value
     */
    static String text(Hook hook, String section, Object name, Object value) {
        boolean isData = section.equals("data");
        if (!(name instanceof String key) || !isData && !NAME.matcher(key).matches()) {
            throw Decorator.failure(
                    hook, "returned " + section + " with " + shown(name) + ", which is not a valid name");
        }
        boolean isScalar = value instanceof String || value instanceof Number || value instanceof Boolean;
        if (value != null && !isScalar) {
            throw Decorator.failure(hook, "returned " + section + " " + shown(name) + " with a value that is not text");
        }
        String text = value == null ? null : value.toString();
        if (section.equals("labels")) {
            return LabelValue.of(text);
        }
        if (text != null && text.length() > MAX_VALUE_LENGTH) {
            throw Decorator.failure(
                    hook,
                    "returned " + section + " " + shown(name) + " with a value that is longer than " + MAX_VALUE_LENGTH
                            + " characters");
        }
        return text;
    }
}
