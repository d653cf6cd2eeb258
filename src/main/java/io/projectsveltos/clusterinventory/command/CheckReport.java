package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.projectsveltos.clusterinventory.routefile.Finding;
import io.projectsveltos.clusterinventory.routefile.Finding.Severity;
import java.util.List;
import java.util.Map;

/**
 * The answer of {@code check}; its fields are those of the JSON output.
 *
 * @param findings what is wrong, in the order in which it was found
 * @param accessProviders what a controller with these settings could use, in its order of preference
 * @param settings those that differ from their defaults
 */
record CheckReport(List<Finding> findings, List<Provider> accessProviders, Map<String, String> settings) {

    /**
     * An access provider.
     *
     * @param file where it is defined, or null if it is built in
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Provider(String name, String kind, String file) {}

    boolean hasErrors() {
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.Error);
    }

    String text() {
        TextTable table = new TextTable();
        findings.forEach(finding -> table.row(finding.severity().name(), finding.place() + ": " + finding.message()));
        if (!findings.isEmpty()) {
            table.gap();
        }
        accessProviders.forEach(provider -> table.row(
                "Access provider",
                provider.name() + ", " + provider.kind()
                        + (provider.file() == null ? "" : " (" + provider.file() + ")")));
        settings.forEach((name, value) -> table.row("Setting", name + " = " + value));
        long errors = findings.stream()
                .filter(finding -> finding.severity() == Severity.Error)
                .count();
        return "check found " + errors + (errors == 1 ? " error" : " errors") + " and " + (findings.size() - errors)
                + (findings.size() - errors == 1 ? " warning" : " warnings") + "\n\n" + table.text();
    }
}
