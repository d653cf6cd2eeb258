package io.projectsveltos.clusterinventory.credential.route;

import io.projectsveltos.clusterinventory.credential.exec.Redaction;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.spi.MaskingFormatter;

/**
 * Hides what looks like a credential in a line that a custom route logs, as in what a plugin prints, and the keys and
 * certificates of a kubeconfig or an ExecCredential.
 */
final class CredentialMask implements MaskingFormatter {

    private static final Pattern DATA =
            Pattern.compile("(?i)((?:key|certificate|authority)-?data)(\\W{1,5})[\\w+/=-]+");

    @Override
    public String format(String line) {
        return DATA.matcher(Redaction.of(line, Map.of())).replaceAll("$1$2***");
    }
}
