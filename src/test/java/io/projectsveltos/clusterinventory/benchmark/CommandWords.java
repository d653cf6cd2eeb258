package io.projectsveltos.clusterinventory.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a command line into words, as a shell does with spaces and quotes; nothing else of a shell is known. A controller
 * is started without a shell, so that the process measured is the controller itself.
 */
final class CommandWords {

    /** A run of unquoted characters and of quoted parts. */
    private static final Pattern WORD = Pattern.compile("(?:[^\\s'\"]|'[^']*'|\"[^\"]*\")+");

    private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");

    private CommandWords() {}

    /**
     * Splits.
     *
     * @throws IllegalArgumentException if a quote is not closed
     */
    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        int end = 0;
        while (word.find()) {
            requireBlank(line, end, word.start());
            words.add(QUOTED.matcher(word.group()).replaceAll(CommandWords::content));
            end = word.end();
        }
        requireBlank(line, end, line.length());
        return words;
    }

    private static String content(MatchResult quoted) {
        return Matcher.quoteReplacement(quoted.group(1) != null ? quoted.group(1) : quoted.group(2));
    }

    private static void requireBlank(String line, int from, int to) {
        if (!line.substring(from, to).isBlank()) {
            throw new IllegalArgumentException("a quote is not closed: " + line);
        }
    }
}
