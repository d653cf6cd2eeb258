package io.projectsveltos.clusterinventory.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * What a controller used during a soak, as a table.
 *
 * @param first after the warm-up
 * @param last at the end
 */
record SoakReport(Usage first, Usage last) {

    private static final Path FILE = Path.of("target/reliability/soak.md");

    void write(Duration time, Duration warmUp, Probes probes) throws IOException {
        StringBuilder table = new StringBuilder("%n%d minutes; %s.%n%n".formatted(time.toMinutes(), probes));
        table.append("| resource | after %d s | at the end | growth | at most |%n|---|---|---|---|---|%n"
                .formatted(warmUp.toSeconds()));
        first.amounts().forEach((resource, before) -> table.append(row(resource, before)));
        Files.createDirectories(FILE.getParent());
        Files.writeString(FILE, table);
    }

    private String row(Resource resource, double before) {
        double after = last.amounts().get(resource);
        return String.format(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %s | %.1f |%n",
                resource.title(),
                before,
                after,
                before == 0 ? "" : String.format(Locale.ROOT, "%+.1f %%", 100 * (after / before - 1)),
                resource.most(before));
    }
}
