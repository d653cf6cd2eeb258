package io.projectsveltos.clusterinventory.credential.exec;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of environment variables of a plugin. */
final class PluginEnvironment {

    /** Tells the plugin what it is run for (client-go). */
    static final String EXEC_INFO = "KUBERNETES_EXEC_INFO";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** With one of these a profile would choose the code that runs here, or the API server that is talked to. */
    private static final Pattern NOT_FOR_PROFILES =
            Pattern.compile(EXEC_INFO + "|PATH|HOME|LD_.*|DYLD_.*|KUBERNETES_SERVICE_.*");

    private static final Pattern REFERENCE = Pattern.compile("\\$?\\$\\(([A-Za-z_][A-Za-z0-9_]*)\\)");

    private PluginEnvironment() {}

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    static boolean isAllowedFromProfile(String name) {
        return isName(name) && !NOT_FOR_PROFILES.matcher(name).matches();
    }

    /**
     * Puts variables in place of {@code $(NAME)}, by the rules of a container's args: an unknown one stays as it is, and
     * {@code $$(NAME)} stands for {@code $(NAME)}.
     */
    static String expand(String text, Map<String, String> environment) {
        return REFERENCE
                .matcher(text)
                .replaceAll(reference -> Matcher.quoteReplacement(value(reference.group(), environment)));
    }

    private static String value(String reference, Map<String, String> environment) {
        if (reference.startsWith("$$")) {
            return reference.substring(1);
        }
        return environment.getOrDefault(reference.substring(2, reference.length() - 1), reference);
    }
}
