package io.projectsveltos.clusterinventory.sveltos;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Patterns for names of labels or annotations, in which {@code *} matches any characters, including a slash. */
final class NamePatterns {

    /** The characters of names, and the wildcard. */
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._/*-]+");

    private final List<Pattern> patterns;

    private NamePatterns(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    /**
     * Reads a setting.
     *
     * @param setting its name
     * @param value patterns separated by commas, empty for none
     * @throws IllegalArgumentException if a pattern can never match a name
     */
    static NamePatterns parse(String setting, String value) {
        return new NamePatterns(Stream.of(value.split(","))
                .map(String::trim)
                .filter(pattern -> !pattern.isEmpty())
                .map(pattern -> compiled(setting, pattern))
                .toList());
    }

    boolean match(String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    private static Pattern compiled(String setting, String pattern) {
        if (!VALID.matcher(pattern).matches()) {
            throw new IllegalArgumentException(setting + " has '" + pattern
                    + "', expected names without values, in which * stands for any characters");
        }
        return Pattern.compile(
                Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
