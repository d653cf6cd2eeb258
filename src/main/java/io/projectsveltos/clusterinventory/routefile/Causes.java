package io.projectsveltos.clusterinventory.routefile;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A failure and what has caused it. */
final class Causes {

    private Causes() {}

    /** The failure, its cause and so on, each once. */
    static Stream<Throwable> of(Throwable failure) {
        Set<Throwable> seen = new HashSet<>();
        return Stream.iterate(failure, cause -> cause != null && seen.add(cause), Throwable::getCause);
    }

    /** The first of a class. */
    static <T extends Throwable> Optional<T> first(Throwable failure, Class<T> type) {
        return of(failure).filter(type::isInstance).map(type::cast).findFirst();
    }
}
