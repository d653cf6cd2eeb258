package io.projectsveltos.clusterinventory.credential.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process and all that it started. Whoever outlives his parent is nobody's descendant any more, so members are known by a
 * variable that they inherit; where there is no /proc to read it from, by descent alone. Out of reach is only one that
 * has both outlived his parent and cleared his environment.
 */
final class ProcessTree {

    /** The variable in the environment of all members. */
    static final String MARK = "CLUSTERINVENTORY_PLUGIN_RUN";

    private static final int MOST_ROUNDS = 50;
    private static final long ROUND_MILLIS = 200;

    private final Process root;
    private final String marked;

    ProcessTree(Process root, String mark) {
        this.root = root;
        this.marked = MARK + "=" + mark;
    }

    /** Kills all members; more than once, as one may be just starting another. */
    void kill() {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Set<ProcessHandle> members = members();
            if (members.isEmpty()) {
                return;
            }
            members.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(members);
        }
    }

    /** Kills who is a member now, and waits for none. */
    void killOnce() {
        members().forEach(ProcessHandle::destroyForcibly);
    }

    private static void awaitEnd(Set<ProcessHandle> members) {
        CompletableFuture.allOf(members.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, ROUND_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    private Set<ProcessHandle> members() {
        return Stream.concat(
                        Stream.concat(Stream.of(root.toHandle()), root.descendants()),
                        ProcessHandle.allProcesses().filter(this::isMarked))
                .filter(ProcessHandle::isAlive)
                .collect(Collectors.toSet());
    }

    private boolean isMarked(ProcessHandle process) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), "environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(marked);
        } catch (IOException e) {
            // another user's, or gone
            return false;
        }
    }
}
