package io.projectsveltos.clusterinventory.benchmark;

import java.util.Locale;

/**
 * What a figure is of.
 *
 * @param section the group of rows in the report
 * @param name within the section
 */
record Metric(String section, String name, Unit unit) {

    /** What figures are counted in. */
    enum Unit {
        SECONDS("s", "%.2f"),
        MILLISECONDS("ms", "%.1f"),
        MEBIBYTES("MiB", "%.0f"),
        COUNT("", "%.0f");

        private final String symbol;
        private final String format;

        Unit(String symbol, String format) {
            this.symbol = symbol;
            this.format = format;
        }

        String symbol() {
            return symbol;
        }

        String format(double value) {
            return String.format(Locale.ROOT, format, value);
        }
    }

    private static final String REQUESTS_OF = "requests of ";

    static Metric of(Phase phase, String name, Unit unit) {
        return new Metric(phase.name().toLowerCase(Locale.ROOT), name, unit);
    }

    /** Requests of one kind, such as {@code patch secrets}, in a phase. */
    static Metric requests(Phase phase, String verbAndResource) {
        return new Metric(REQUESTS_OF + phase.name().toLowerCase(Locale.ROOT), verbAndResource, Unit.COUNT);
    }

    boolean isRequestKind() {
        return section.startsWith(REQUESTS_OF);
    }

    /** The name with its unit, as a heading. */
    String title() {
        return unit.symbol().isEmpty() ? name : name + ", " + unit.symbol();
    }
}
