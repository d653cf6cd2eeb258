package io.projectsveltos.clusterinventory.reliability;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/** Chooses what happens to each request, while it is on. */
@FunctionalInterface
interface Fault {

    Fault NONE = (request, random) -> Optional.empty();

    /**
     * The effect on a request; empty to pass it on.
     *
     * @param random for what is left to chance, always the same sequence for the same proxy
     */
    Optional<Effect> choose(MessageHead request, Random random);

    static Fault always(Effect effect) {
        return (request, random) -> Optional.of(effect);
    }

    /** One of the effects for a share of the requests, from 0 to 1. */
    static Fault share(double share, Effect... effects) {
        List<Effect> choice = List.of(effects);
        return (request, random) ->
                random.nextDouble() < share ? Optional.of(choice.get(random.nextInt(choice.size()))) : Optional.empty();
    }

    /** This fault for some requests only. */
    default Fault where(Predicate<MessageHead> condition) {
        return (request, random) -> condition.test(request) ? choose(request, random) : Optional.empty();
    }
}
