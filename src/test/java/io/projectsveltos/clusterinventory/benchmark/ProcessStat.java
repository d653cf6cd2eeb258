package io.projectsveltos.clusterinventory.benchmark;

/**
 * The CPU time in {@code /proc/PID/stat}, in ticks of 10 ms (see proc_pid_stat(5)).
 *
 * @param own of the process, in user and in kernel mode, each rounded down
 * @param ofChildren of its children that have ended and were waited for, with their own such children
 */
record ProcessStat(long own, long ofChildren) {

    /** USER_HZ, which is the same on all of Linux's platforms that matter here. */
    private static final double TICKS_PER_SECOND = 100;

    /** utime, stime, cutime and cstime are the fields 14 to 17; the name, field 2, may contain spaces and parentheses. */
    static ProcessStat parse(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return new ProcessStat(
                Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
    }

    double seconds() {
        return (own + ofChildren) / TICKS_PER_SECOND;
    }
}
