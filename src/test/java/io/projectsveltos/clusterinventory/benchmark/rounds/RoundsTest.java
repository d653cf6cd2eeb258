package io.projectsveltos.clusterinventory.benchmark.rounds;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each round checks itself. A benchmark repeats one of them thousands of times. */
class RoundsTest {

    private static final int REPETITIONS = 30;

    @ParameterizedTest(name = "{0}")
    @MethodSource("rounds")
    void aRoundDoesTheSameEachTime(String name, Consumer<Rounds> round) {
        try (Rounds rounds = new Rounds()) {
            for (int i = 0; i < REPETITIONS; i++) {
                assertDoesNotThrow(() -> round.accept(rounds), name + ", repetition " + i);
            }
        }
    }

    static Stream<Arguments> rounds() {
        return Stream.of(
                round("noOp", Rounds::noOp),
                round("create", Rounds::create),
                round("changeLabel", Rounds::changeLabel),
                round("changeSource", Rounds::changeSource),
                round("refresh", Rounds::refresh));
    }

    private static Arguments round(String name, Consumer<Rounds> round) {
        return Arguments.of(name, round);
    }
}
