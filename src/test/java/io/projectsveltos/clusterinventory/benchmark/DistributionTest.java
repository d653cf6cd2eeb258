package io.projectsveltos.clusterinventory.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistributionTest {

    @Test
    void hasTheMiddleValueAsMedian() {
        assertEquals(2, new Distribution(List.of(9.0, 1.0, 2.0)).median());
        assertEquals(2.5, new Distribution(List.of(9.0, 3.0, 1.0, 2.0)).median());
    }

    @Test
    void hasARange() {
        Distribution distribution = new Distribution(List.of(9.0, 1.0, 2.0));

        assertEquals(1, distribution.min());
        assertEquals(9, distribution.max());
    }

    @Test
    void takesPercentilesFromWhatWasMeasured() {
        Distribution of200 = new Distribution(
                IntStream.rangeClosed(1, 200).mapToObj(Double::valueOf).toList());

        assertEquals(100, of200.percentile(50));
        assertEquals(198, of200.percentile(99));
        assertEquals(200, of200.percentile(100));
        assertEquals(7, new Distribution(List.of(7.0)).percentile(99));
        assertEquals(2, new Distribution(List.of(1.0, 2.0)).percentile(99));
    }

    @Test
    void needsAValue() {
        assertThrows(IllegalArgumentException.class, () -> new Distribution(List.of()));
    }
}
