package io.projectsveltos.clusterinventory.clusterprofile;

import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names that a profile chooses, for a message: it may have thousands of them, and of any length. */
public final class NamesInMessage {

    private static final int MOST_NAMES = 10;
    private static final int MAX_LENGTH = 63;

    private NamesInMessage() {}

    /**
     * The first names, such as {@code [a, b]}.
     *
     * @param names the names
     * @return at most 10 of them, each with at most 63 characters, and how many more there are
     */
    public static String of(Collection<String> names) {
        Stream<String> more =
                names.size() > MOST_NAMES ? Stream.of((names.size() - MOST_NAMES) + " more") : Stream.empty();
        return Stream.concat(names.stream().limit(MOST_NAMES).map(NamesInMessage::shortened), more)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String shortened(String name) {
        return name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) + "..." : name;
    }
}
