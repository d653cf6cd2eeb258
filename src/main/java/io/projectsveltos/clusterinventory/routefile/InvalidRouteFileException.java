package io.projectsveltos.clusterinventory.routefile;

import java.util.List;
import java.util.stream.Collectors;

/** A route file that the controller does not start with. */
public final class InvalidRouteFileException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    /**
     * Refuses route files.
     *
     * @param findings what is wrong with them, at least one
     */
    public InvalidRouteFileException(List<Finding> findings) {
        super(findings.stream()
                .map(finding -> finding.place() + ": " + finding.message())
                .collect(Collectors.joining("\n")));
        this.findings = List.copyOf(findings);
    }

    public List<Finding> findings() {
        return findings;
    }
}
