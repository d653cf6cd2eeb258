package io.projectsveltos.clusterinventory.routefile;

import java.util.Collection;
import java.util.Comparator;

/** Suggests the name that was probably meant. */
final class ClosestName {

    private ClosestName() {}

    /** What to do about an unknown name: the closest of the known ones, if one is close. */
    static String advice(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String other) -> changes(name, other))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(other -> changes(name, other) <= (name.length() > 3 ? 2 : 1))
                .map(other -> "did you mean " + other + "?")
                .orElse("correct the name");
    }

    /** How many characters have to be added, removed or replaced. */
    private static int changes(String from, String to) {
        int[] before = new int[to.length() + 1];
        for (int i = 0; i <= to.length(); i++) {
            before[i] = i;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] now = new int[to.length() + 1];
            now[0] = row;
            for (int i = 1; i <= to.length(); i++) {
                int replaced = before[i - 1] + (from.charAt(row - 1) == to.charAt(i - 1) ? 0 : 1);
                now[i] = Math.min(replaced, 1 + Math.min(before[i], now[i - 1]));
            }
            before = now;
        }
        return before[to.length()];
    }
}
