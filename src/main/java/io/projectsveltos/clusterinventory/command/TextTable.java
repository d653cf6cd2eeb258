package io.projectsveltos.clusterinventory.command;

import java.util.regex.Pattern;

/** Rows of a label and a text that is wrapped, for a terminal. */
final class TextTable {

    private static final int LABEL_WIDTH = 17;
    private static final int TEXT_WIDTH = 96;

    /** Others may have written what is shown: it must not control the terminal. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}]");

    private final StringBuilder lines = new StringBuilder();

    /** Adds a row; nothing if there is no text. */
    void row(String label, String text) {
        if (text == null) {
            return;
        }
        String prefix = "%-" + LABEL_WIDTH + "s";
        String left = prefix.formatted(label);
        StringBuilder line = new StringBuilder();
        for (String word : CONTROL.matcher(text).replaceAll("?").split(" ")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > TEXT_WIDTH) {
                end(left, line);
                left = prefix.formatted("");
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        end(left, line);
    }

    void gap() {
        lines.append('\n');
    }

    private void end(String left, StringBuilder line) {
        lines.append((left + line).stripTrailing()).append('\n');
        line.setLength(0);
    }

    String text() {
        return lines.toString();
    }
}
