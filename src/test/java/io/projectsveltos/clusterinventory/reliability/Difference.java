package io.projectsveltos.clusterinventory.reliability;

/**
 * Something that is not as the model has it.
 *
 * @param kind what is missing or old, or what should never be there
 * @param profile the name of the profile
 * @param what in words
 */
record Difference(Kind kind, String profile, String what) {

    enum Kind {
        LOST,
        WRONG
    }

    static Difference lost(String profile, String what) {
        return new Difference(Kind.LOST, profile, what);
    }

    static Difference wrong(String profile, String what) {
        return new Difference(Kind.WRONG, profile, what);
    }

    @Override
    public String toString() {
        return kind + " " + profile + ": " + what;
    }
}
