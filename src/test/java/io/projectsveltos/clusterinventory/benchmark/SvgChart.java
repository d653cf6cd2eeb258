package io.projectsveltos.clusterinventory.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The figures as a chart: for each metric a bar per controller, as long as its median, with a line from the smallest to the
 * largest value. The largest value of a metric fills the width, so bars are compared within a metric only. Requests by kind
 * are left to the table.
 */
record SvgChart(Samples samples) {

    private static final int WIDTH = 840;
    private static final int BAR_LEFT = 330;
    private static final int BAR_WIDTH = 420;
    private static final int BAR_HEIGHT = 9;
    private static final int ROW = 12;
    private static final int GAP = 10;

    /** Okabe and Ito's palette, which people with any colour vision can distinguish. */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00");

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        int y = GAP;
        for (String controller : samples.controllers()) {
            lines.add(bar(y, GAP, controller));
            lines.add(text(BAR_LEFT + 2 * GAP, y, controller));
            y += ROW;
        }
        for (Metric metric : samples.figures()) {
            y += GAP;
            lines.add(text(GAP, y, metric.section() + ": " + metric.title()));
            for (String controller : samples.controllers()) {
                lines.addAll(row(y, controller, metric));
                y += ROW;
            }
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
                <rect width="100%%" height="100%%" fill="white"/>
                %s
                </svg>
                """.formatted(WIDTH, y + GAP, String.join("\n", lines));
    }

    private List<String> row(int y, String controller, Metric metric) {
        double scale = BAR_WIDTH / largest(metric).orElse(1);
        return samples.of(controller, metric)
                .map(values -> List.of(
                        bar(y, values.median() * scale, controller),
                        range(y, values.min() * scale, values.max() * scale),
                        text(BAR_LEFT + BAR_WIDTH + GAP, y, metric.unit().format(values.median()))))
                .orElse(List.of());
    }

    /** Empty if all are zero. */
    private OptionalDouble largest(Metric metric) {
        return samples.controllers().stream()
                .flatMap(controller -> samples.of(controller, metric).stream())
                .mapToDouble(Distribution::max)
                .filter(value -> value > 0)
                .max();
    }

    private String bar(int y, double length, String controller) {
        String colour = COLOURS.get(samples.controllers().indexOf(controller) % COLOURS.size());
        return format(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                BAR_LEFT, y, length, BAR_HEIGHT, colour);
    }

    private static String range(int y, double from, double to) {
        return format(
                "<path d=\"M%.1f %.1fH%.1f\" stroke=\"black\"/>", BAR_LEFT + from, y + BAR_HEIGHT / 2.0, BAR_LEFT + to);
    }

    private static String text(int x, int y, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        return format("<text x=\"%d\" y=\"%d\">%s</text>", x, y + BAR_HEIGHT, escaped);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
