package io.projectsveltos.clusterinventory.benchmark;

/** What is measured, in the order in which a turn does it. */
enum Phase {
    /** A start with nothing to do. */
    EMPTY,
    /** A start over profiles without outputs. */
    CREATE,
    /** Labels of profiles change, one after the other. */
    LABELS,
    /** Source Secrets change, one after the other. */
    SOURCES,
    /** Nothing changes. */
    IDLE,
    /** A restart over profiles that have their outputs. */
    RESTART,
    /** All profiles are deleted. */
    DELETE
}
