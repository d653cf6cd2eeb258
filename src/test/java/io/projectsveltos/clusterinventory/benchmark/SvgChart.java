package io.projectsveltos.clusterinventory.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The figures as a chart: for each metric one bar per controller, as long as its median, with a line from the smallest to
 * the largest value. The largest value of a metric fills the width, so bars are compared within a metric only. Requests by
 * kind are left to the table.
 */
record SvgChart(Samples samples) {

    private static final int WIDTH = 760;
    private static final int BAR_LEFT = 180;
    private static final int BAR_WIDTH = 420;
    private static final int ROW = 16;
    private static final int GAP = 10;

    /** Okabe and Ito's palette, which people with any colour vision can distinguish. */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00");

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        int y = GAP;
        for (Metric metric : samples.figures()) {
            y += ROW;
            lines.add(text(GAP, y, metric.section() + ": " + metric.title(), "bold"));
            double largest = samples.controllers().stream()
                    .flatMap(controller -> samples.of(controller, metric).stream())
                    .mapToDouble(Distribution::max)
                    .max()
                    .orElseThrow();
            for (String controller : samples.controllers()) {
                y += ROW;
                lines.addAll(bar(controller, metric, largest, y));
            }
            y += GAP;
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\""
                        .formatted(WIDTH, y + GAP)
                + " font-family=\"sans-serif\" font-size=\"11\">\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
                + String.join("\n", lines) + "\n</svg>\n";
    }

    private List<String> bar(String controller, Metric metric, double largest, int baseline) {
        List<String> lines = new ArrayList<>(List.of(text(2 * GAP, baseline, controller, "normal")));
        samples.of(controller, metric).ifPresent(values -> {
            String colour = COLOURS.get(samples.controllers().indexOf(controller) % COLOURS.size());
            int middle = baseline - 4;
            lines.add("<rect x=\"%d\" y=\"%d\" width=\"%s\" height=\"10\" fill=\"%s\"/>"
                    .formatted(BAR_LEFT, middle - 5, length(values.median(), largest), colour));
            lines.add("<path d=\"M%s %dH%s\" stroke=\"black\"/>"
                    .formatted(x(values.min(), largest), middle, x(values.max(), largest)));
            lines.add(text(BAR_LEFT + BAR_WIDTH + GAP, baseline, metric.unit().format(values.median()), "normal"));
        });
        return lines;
    }

    private static String x(double value, double largest) {
        return number(BAR_LEFT + (largest == 0 ? 0 : BAR_WIDTH * value / largest));
    }

    private static String length(double value, double largest) {
        return number(largest == 0 ? 0 : BAR_WIDTH * value / largest);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String text(int x, int y, String text, String weight) {
        return "<text x=\"%d\" y=\"%d\" font-weight=\"%s\">%s</text>".formatted(x, y, weight, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
