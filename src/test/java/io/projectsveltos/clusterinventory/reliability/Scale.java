package io.projectsveltos.clusterinventory.reliability;

/** How much the suite does: little in each build, so that it stays correct, and much where its figures are published. */
final class Scale {

    private Scale() {}

    static boolean isFull() {
        return Boolean.getBoolean("faults.full");
    }

    static int profiles() {
        return number("faults.profiles", 40, 500);
    }

    static int kills() {
        return number("faults.kills", 2, 50);
    }

    static int sequences() {
        return number("faults.sequences", 60, 2_000);
    }

    /** Of each kind. */
    static int hostileInputs() {
        return number("faults.inputs", 300, 10_000);
    }

    /** Where each random sequence begins; a failure names it. */
    static long seed() {
        return Long.getLong("faults.seed", 20_261_127L);
    }

    private static int number(String property, int small, int full) {
        return Integer.getInteger(property, isFull() ? full : small);
    }
}
