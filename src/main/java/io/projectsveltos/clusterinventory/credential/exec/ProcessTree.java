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
 * A process and all that it started. One that outlives its parent is nobody's descendant any more, so members are known by
 * a variable that they inherit, or by our pipes, which they have as their standard output or error; where there is no
 * /proc to see these in, by descent alone. Out of reach is only one that has outlived its parent, cleared its environment
 * and let go of both pipes.
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
        // as long as it has not ended or redirected itself, these are the pipes that we read
        this.pipes = outputs(root.toHandle())
                .filter(output -> output.startsWith(PIPE))
                .collect(Collectors.toSet());
    }

    /** Kills all members; more than once, as one may be just starting another. */
    void kill() {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Set<ProcessHandle> members = members();
            if (members.isEmpty()) {
                return;
            }
            members.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(members);
        }
    }

    /** Kills who is a member now, and waits for none. */
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

    /** What a process has as its standard output and error; nothing if it is another user's, or gone. */
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
            // another user's, or gone
            return false;
        }
    }
}
