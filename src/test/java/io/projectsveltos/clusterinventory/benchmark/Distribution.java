package io.projectsveltos.clusterinventory.benchmark;

import java.util.Collection;

/** Values in order. */
final class Distribution {

    private final double[] sorted;

    Distribution(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    double min() {
        return sorted[0];
    }

    double max() {
        return sorted[sorted.length - 1];
    }

    /** The middle value, or the mean of the two in the middle. */
    double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * The smallest value that so many percent of all values do not exceed (nearest rank): always one that was measured.
     *
     * @param percent above 0, up to 100
     */
    double percentile(int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return sorted[rank - 1];
    }
}
