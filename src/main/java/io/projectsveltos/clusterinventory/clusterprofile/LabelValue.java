package io.projectsveltos.clusterinventory.clusterprofile;

import java.util.regex.Pattern;

/** Makes valid values of labels. */
public final class LabelValue {

    private static final int MAX_LENGTH = 63;
    private static final Pattern INVALID = Pattern.compile("[^-A-Za-z0-9_.]");
    private static final Pattern INVALID_BEGIN = Pattern.compile("^[^A-Za-z0-9]+");
    private static final Pattern INVALID_END = Pattern.compile("[^A-Za-z0-9]+$");

    private LabelValue() {}

    /**
     * A valid value: every character that is not allowed becomes an underscore, and what is too long or does not begin and
     * end with a letter or digit is cut off.
     *
     * @param text any text, or null
     * @return the value, or null if nothing is left
     */
    public static String of(String text) {
        if (text == null) {
            return null;
        }
        String begun =
                INVALID_BEGIN.matcher(INVALID.matcher(text).replaceAll("_")).replaceFirst("");
        String cut = begun.substring(0, Math.min(begun.length(), MAX_LENGTH));
        String value = INVALID_END.matcher(cut).replaceFirst("");
        return value.isEmpty() ? null : value;
    }
}
