package io.projectsveltos.clusterinventory.credential.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process and all processes that it started. A process that outlives its parent is no longer a descendant. Members are
 * therefore recognized by a variable that they inherit, or by standard output or error being one of this process's pipes;
 * without /proc, by descent alone. Only a process that has outlived its parent, cleared its environment and closed both
 * pipes is out of reach.
 */
final class ProcessTree {

    /** The variable in the environment of all members. */
    static final String MARK = "CLUSTERINVENTORY_PLUGIN_RUN";

    private static final int MAX_ROUNDS = 50;
    private static final long ROUND_MILLIS = 200;

    private static final List<String> OUTPUTS = List.of("1", "2");
    private static final String PIPE = "pipe:";

    private final Process root;
    private final String marked;
    private final Set<String> pipes;

    ProcessTree(Process root, String mark) {
        this.root = root;
        this.marked = MARK + "=" + mark;
        // the pipes that this process reads, unless the plugin has already exited or redirected them
        this.pipes = outputs(root.toHandle())
                .filter(output -> output.startsWith(PIPE))
                .collect(Collectors.toSet());
    }

    /** Kills all members and waits for them; repeatedly, because a member may be starting another one. */
    void killUntilGone() {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Set<ProcessHandle> members = members();
            if (members.isEmpty()) {
                return;
            }
            members.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(members);
        }
    }

    /** Kills the current members without waiting for them. */
    void signalAll() {
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
                        ProcessHandle.allProcesses().filter(this::isMember))
                .filter(ProcessHandle::isAlive)
                .collect(Collectors.toSet());
    }

    private boolean isMember(ProcessHandle process) {
        return process.pid() != ProcessHandle.current().pid()
                && (isMarked(process) || outputs(process).anyMatch(pipes::contains));
    }

    /** The targets of a process's standard output and error; empty if it belongs to another user, or is gone. */
    private static Stream<String> outputs(ProcessHandle process) {
        return OUTPUTS.stream().flatMap(number -> {
            try {
                Path link = Path.of("/proc", String.valueOf(process.pid()), "fd", number);
                return Stream.of(Files.readSymbolicLink(link).toString());
            } catch (IOException e) {
                return Stream.empty();
            }
        });
    }

    private boolean isMarked(ProcessHandle process) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), "environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(marked);
        } catch (IOException e) {
            // belongs to another user, or is gone
            return false;
        }
    }
}
