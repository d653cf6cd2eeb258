package io.projectsveltos.clusterinventory.credential.exec;

import java.util.Map;
import java.util.regex.Pattern;

/** Takes out of a plugin's error output what looks like a credential. Rather too much than too little. */
final class Redaction {

    private static final String REDACTED = "***";
    private static final Pattern PEM =
            Pattern.compile("(?s)-----BEGIN.*?(?:-----END[^-]*-----|$)|^(?:(?!-----BEGIN).)*?-----END[^-]*-----");
    private static final Pattern NAMED = Pattern.compile(
            "(?i)([\\w.-]*(?:token|secret|passw|credential|authorization|bearer|api.?key|private.?key)[\\w.-]*[\"']?\\s*[:=]?\\s*)"
                    + "(?:(?:bearer|basic|negotiate|digest)\\s+)?(\"(?:\\\\.|[^\"\\\\])*\"|'[^']*'|[^\\s,;]+)");
    private static final Pattern USER_INFO = Pattern.compile("(://)[^/\\s@]+@");
    /** Words of random characters: long, and with a digit in them. */
    private static final Pattern RANDOM = Pattern.compile("(?=[A-Za-z+/_.=-]*\\d)[A-Za-z0-9+/_.=-]{20,}");

    private static final Pattern SENSITIVE_NAME = Pattern.compile("(?i).*(token|secret|passw|credential|key|auth).*");
    private static final int SHORTEST_VALUE = 4;

    private Redaction() {}

    static String of(String text, Map<String, String> environment) {
        String redacted = text;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (variable.getValue().length() >= SHORTEST_VALUE
                    && SENSITIVE_NAME.matcher(variable.getKey()).matches()) {
                redacted = redacted.replace(variable.getValue(), REDACTED);
            }
        }
        redacted = PEM.matcher(redacted).replaceAll(REDACTED);
        redacted = USER_INFO.matcher(redacted).replaceAll("$1" + REDACTED + "@");
        redacted = NAMED.matcher(redacted).replaceAll("$1" + REDACTED);
        return RANDOM.matcher(redacted).replaceAll(REDACTED);
    }
}
