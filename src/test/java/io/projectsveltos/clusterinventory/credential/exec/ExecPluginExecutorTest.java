package io.projectsveltos.clusterinventory.credential.exec;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.AllLogs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs real processes. Each script writes the ids of the processes that must not outlive it to files in its folder. */
@Timeout(120)
class ExecPluginExecutorTest {

    private static final long LONG = 60_000;
    private static final long SHORT = 2_000;

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final ExecPluginExecutor executor =
            new ExecPluginExecutor((provider, result, time) -> ended.add(provider + " " + result));

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void returnsTheOutputOfThePlugin() {
        assertEquals("hello", sh("printf hello; echo noise >&2"));
    }

    @Test
    void passesArgumentsUnchanged() {
        assertEquals("a b|*|$(x)||", run(invocation("printf", List.of("%s|", "a b", "*", "$(x)", ""), Map.of())));
    }

    @Test
    void passesOnlyTheGivenEnvironment() {
        Set<String> variables = run(invocation("env", List.of(), Map.of("A", "b c")))
                .lines()
                .filter(line -> !line.startsWith(ProcessTree.MARK + "="))
                .collect(Collectors.toSet());

        assertEquals(Set.of("A=b c"), variables);
    }

    @RepeatedTest(20)
    void refusesOneByteBeyondTheLimit() {
        ReconcileFailure failed = assertThrows(
                ReconcileFailure.class, () -> run(invocation("head", List.of("-c", "1048577", "/dev/zero"), Map.of())));

        assertTrue(failed.getMessage().contains("wrote more than"));
    }

    /** Many at the same time, so that some exit while their last bytes are read, before Java knows that. */
    @Test
    void refusesOneByteBeyondTheLimitWhileManyRun() {
        PluginInvocation invocation = invocation("head", List.of("-c", "1048577", "/dev/zero"), Map.of());

        assertAll(IntStream.range(0, 300)
                .parallel()
                .mapToObj(i -> assertThrows(Exception.class, () -> run(invocation)))
                .map(failed -> () -> assertTrue(failed.getMessage().contains("wrote more than"), failed::getMessage)));
    }

    @Test
    void hasNoStandardInput() {
        assertEquals("", run(invocation("cat", List.of(), Map.of())));
    }

    @Test
    void reportsTheExitCodeAndTheErrorOutputWithoutCredentials() {
        ReconcileFailure failed =
                fails("echo s3cret-output; echo 'cannot log in:' >&2; echo 'password=hunter2' >&2; exit 3", LONG);

        assertEquals(Reason.ExecPluginFailed, failed.getReason());
        assertEquals(
                "Exec plugin of access provider test exited with code 3: cannot log in: password=***",
                failed.getMessage());
    }

    @Test
    void notifiesTheListenerOfASuccess() {
        sh("echo hello");

        assertEquals(List.of("test SUCCESS"), ended);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit 3", "kill -9 $$", "head -c 1048577 /dev/zero"})
    void notifiesTheListenerOfAFailure(String script) {
        fails(script, LONG);

        assertEquals(List.of("test FAILURE"), ended);
    }

    @Test
    void notifiesTheListenerOfAPluginThatCannotBeStarted() {
        assertThrows(ReconcileFailure.class, () -> run(invocation("/no/such/plugin", List.of(), Map.of())));

        assertEquals(List.of("test FAILURE"), ended);
    }

    @Test
    void notifiesTheListenerOfATimeoutAndItsDuration() {
        List<Duration> times = new ArrayList<>();
        ExecPluginExecutor timed = new ExecPluginExecutor((provider, result, time) -> {
            ended.add(provider + " " + result);
            times.add(time);
        });
        PluginInvocation invocation = invocation("sleep", List.of("600"), Map.of());

        assertThrows(ReconcileFailure.class, () -> timed.execute(new ExecPluginBinding.Command(invocation, 500)));

        assertEquals(List.of("test TIMEOUT"), ended);
        assertTrue(times.get(0).compareTo(Duration.ofMillis(500)) >= 0, times.toString());
        assertTrue(times.get(0).compareTo(Duration.ofSeconds(60)) < 0, times.toString());
    }

    @Test
    void doesNotNotifyTheListenerOfAPluginThatItDoesNotRun() {
        executor.stop();

        assertThrows(IllegalStateException.class, () -> sh("echo hello"));

        assertEquals(List.of(), ended);
    }

    @Test
    void failsWhenThePluginIsKilledFromOutside() {
        assertTrue(fails("kill -9 $$", LONG).getMessage().contains("exited with code 137"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"install it, install it", "none, add it to the image", "' ', add it to the image"})
    void reportsHowToInstallAMissingProgram(String hint, String expected) {
        PluginInvocation invocation =
                new PluginInvocation("test", "no-such-program", List.of("s3cret"), Map.of("A", "s3cret"), hint);

        assertCannotBeStarted(invocation, expected);
    }

    @Test
    void failsWhenTheProgramIsNotExecutable() throws IOException {
        assertCannotBeStarted(secretive(program("#!/bin/sh\n")), "it is not executable");
    }

    @Test
    void failsWhenTheProgramsInterpreterIsMissing() throws IOException {
        Path program = program("#!/no/such/shell\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertCannotBeStarted(secretive(program), "it exists, but its loader or the interpreter in its #! line");
    }

    @Test
    void failsWhenAVariableIsTooLargeForTheSystem() {
        PluginInvocation invocation =
                invocation("true", List.of("s3cret"), Map.of("KUBERNETES_EXEC_INFO", "s3cret".repeat(30_000)));

        assertCannotBeStarted(invocation, "too large for the system (KUBERNETES_EXEC_INFO has 180000 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "'error=8, Exec format error', architecture",
        "'error=11, Resource temporarily unavailable', out of processes",
        "'error=12, Cannot allocate memory', memory",
        "'error=99, s3cret', error 99",
        "s3cret, error 0",
        ", error 0"
    })
    void reportsWhyAProgramCannotBeStarted(String message, String expected) {
        IOException failure = new IOException("Cannot run program s3cret", new IOException(message));

        String description = StartFailure.describe(failure, invocation("plugin", List.of(), Map.of()));

        assertTrue(description.contains(expected), description);
        assertFalse(description.contains("s3cret"), description);
    }

    @Test
    void leaksNeitherThreadsNorPipesToAHiddenProcessThatHoldsTheOutput() {
        List<Long> hidden = new ArrayList<>();
        try {
            hidden.add(leaveAHiddenProcess("3>&1 4>&2 >/dev/null 2>&1"));
            long threads = Thread.getAllStackTraces().size();
            long pipes = pipes();

            for (int run = 0; run < 30; run++) {
                hidden.add(leaveAHiddenProcess("3>&1 4>&2 >/dev/null 2>&1"));
            }

            assertTrue(
                    hidden.stream().allMatch(ExecPluginExecutorTest::isAlive),
                    "each holds the pipes of its invocation");
            await().untilAsserted(() -> {
                assertTrue(pipes() <= pipes, () -> pipes() + " pipes after " + pipes);
                // Java keeps a few threads that wait for processes for a minute
                assertTrue(Thread.getAllStackTraces().size() <= threads + 5, "more than " + threads + " threads");
            });
        } finally {
            hidden.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    @Test
    void killsAHiddenProcessThatHoldsTheOutput() {
        leaveAHiddenProcess("");

        assertNoneIsAlive();
    }

    /** Its environment is cleared, and its parent exits when it has started. */
    private long leaveAHiddenProcess(String redirections) {
        assertEquals(
                "done",
                sh("rm -f daemon.pid; (setsid env -i sh -c 'exec " + redirections
                        + "; echo $$ > daemon.pid; exec sleep 600' &);"
                        + " until [ -s daemon.pid ]; do sleep 0.01; done; printf done"));
        return pids().iterator().next();
    }

    private static long pipes() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(ExecPluginExecutorTest::isPipe).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException e) {
            // closed in the meantime
            return false;
        }
    }

    private Path program(String text) throws IOException {
        return Files.writeString(folder.resolve("plugin"), text);
    }

    private static PluginInvocation secretive(Path program) {
        return new PluginInvocation("test", program.toString(), List.of("s3cret"), Map.of("A", "s3cret"), null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // in the background
                "sleep 600 & echo $! > grandchild.pid; echo $$ > plugin.pid; wait",
                // ignores SIGTERM
                "trap '' TERM; echo $$ > plugin.pid; while :; do sleep 600; done",
                // in its own session, without a parent
                "(setsid sh -c 'trap \"\" TERM HUP; echo $$ > daemon.pid; exec sleep 600' &); echo $$ > plugin.pid; exec sleep 600",
                // keeps starting new ones
                "echo $$ > plugin.pid; while :; do sleep 600 & echo $! > last.pid; sleep 0.01; done"
            })
    void killsThePluginAndItsProcessesAfterTheTimeout(String script) {
        ReconcileFailure timeout = fails(script, SHORT);

        assertEquals(Reason.ExecPluginTimeout, timeout.getReason());
        assertTrue(timeout.getMessage().contains("timed out after 2s and was killed"), timeout.getMessage());
        assertNoneIsAlive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sleep 600 & echo $! > grandchild.pid; printf done",
                "setsid sleep 600 & echo $! > grandchild.pid; printf done",
                "(setsid sh -c 'echo $$ > daemon.pid; exec sleep 600' &); until [ -s daemon.pid ]; do :; done; printf done"
            })
    void doesNotWaitForProcessesThatKeepTheOutputOpen(String script) {
        assertEquals("done", sh(script));

        assertNoneIsAlive();
    }

    @Test
    void killsRemainingProcessesWhenThePluginFails() {
        fails("sleep 600 & echo $! > grandchild.pid; exit 1", LONG);

        assertNoneIsAlive();
    }

    @Test
    void acceptsAMebibyteOfOutput() {
        assertEquals(
                1024 * 1024,
                run(invocation("head", List.of("-c", "1048576", "/dev/zero"), Map.of()))
                        .length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"echo $$ > plugin.pid; exec yes", "head -c 60000000 /dev/zero; exec sleep 600", "yes | cat"})
    void killsAPluginThatWritesMoreThanAMebibyte(String script) {
        ReconcileFailure failed = fails(script, LONG);

        assertEquals(Reason.ExecPluginFailed, failed.getReason());
        assertTrue(failed.getMessage().contains("more than 1048576 bytes"), failed.getMessage());
        assertFalse(failed.getMessage().contains("y y"), failed.getMessage());
    }

    @Test
    void reportsTheTailOfALongErrorOutput() {
        ReconcileFailure failed =
                fails("head -c 100000000 /dev/zero | tr '\\0' - >&2; echo ' the end' >&2; exit 1", LONG);

        assertTrue(failed.getMessage().endsWith(" the end"), failed.getMessage());
        assertTrue(failed.getMessage().length() < 500, failed.getMessage());
    }

    @Test
    void aLongErrorOutputDoesNotDelayTheResult() {
        assertEquals("done", sh("head -c 100000000 /dev/zero >&2; printf done"));
    }

    @Test
    void killsThePluginWhenTheThreadIsInterrupted() throws InterruptedException {
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread worker = new Thread(() -> {
            assertThrows(
                    IllegalStateException.class,
                    () -> sh("sleep 600 & echo $! > grandchild.pid; echo $$ > plugin.pid; wait"));
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        worker.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> pids().size() == 2);

        worker.interrupt();
        worker.join();

        assertTrue(stillInterrupted.get());
        assertNoneIsAlive();
    }

    @Test
    void killsRunningPluginsOnStopWithoutReportingAFailure() {
        CompletableFuture<Void> plugin = CompletableFuture.runAsync(
                () -> assertThrows(
                        IllegalStateException.class,
                        () -> sh("trap '' TERM; sleep 600 & echo $! > grandchild.pid; echo $$ > plugin.pid; wait")),
                threads);
        await().atMost(Duration.ofSeconds(60)).until(() -> pids().size() == 2);

        executor.stop();
        executor.awaitStop();

        plugin.join();
        assertNoneIsAlive();
    }

    @Test
    void startsNoPluginAfterStop() {
        executor.stop();

        assertThrows(IllegalStateException.class, () -> sh("echo $$ > plugin.pid"));
        assertEquals(Set.of(), pids());
    }

    @Test
    void leavesNoZombies() {
        for (int i = 0; i < 5; i++) {
            sh("true & true");
            fails("exit 1", LONG);
        }

        await().until(() -> ProcessHandle.current().children().noneMatch(child -> state(child.pid()) == 'Z'));
    }

    @Test
    void doesNotMixTheOutputsOfConcurrentPlugins() {
        String script = "i=0; while [ $i -lt 300 ]; do echo $N; echo $N >&2; i=$((i+1)); done";

        List<CompletableFuture<String>> outputs = IntStream.range(0, 20)
                .mapToObj(n -> CompletableFuture.supplyAsync(
                        () -> run(invocation("sh", List.of("-c", script), Map.of("N", "plugin-" + n))), threads))
                .toList();

        for (int n = 0; n < 20; n++) {
            assertEquals(("plugin-" + n + "\n").repeat(300), outputs.get(n).join());
        }
    }

    @Test
    void killsOnlyThePluginThatHangs() throws IOException {
        CompletableFuture<String> other = CompletableFuture.supplyAsync(
                () -> sh("until [ -e killed ]; do sleep 0.05; done; printf done"), threads);

        assertTrue(fails("exec sleep 600", 500).getMessage().contains("timed out after 500ms"));
        Files.createFile(folder.resolve("killed"));

        assertEquals("done", other.join());
    }

    @Test
    void keepsArgumentsAndVariablesOutOfMessagesAndLogs() {
        List<String> logged = new ArrayList<>();
        List<String> arguments = List.of("-c", "exit $CODE", "s3cret-argument");

        try (AllLogs logs = AllLogs.started()) {
            for (String code : List.of("0", "1")) {
                PluginInvocation invocation =
                        invocation("sh", arguments, Map.of("CODE", code, "ANY", "s3cret-variable"));
                logged.add(invocation.toString());
                logged.add(new ExecPluginBinding.Command(invocation, LONG).toString());
                try {
                    run(invocation);
                } catch (ReconcileFailure e) {
                    logged.add(e.toString());
                }
            }
            fails("echo 'token=s3cret-token' >&2; echo plain >&2; exit 1", LONG);
            logged.addAll(logs.lines());
        }

        assertFalse(logged.toString().contains("s3cret"), logged.toString());
        assertTrue(logged.toString().contains("plain"), "stderr is logged at debug");
    }

    @Test
    void returnsTheBytesUnchanged() {
        assertArrayEquals(new byte[] {0, (byte) 0xff, 'a'}, bytes(shell("printf '\\000\\377a'"), LONG));
    }

    private void assertCannotBeStarted(PluginInvocation invocation, String expected) {
        ReconcileFailure failed = assertThrows(ReconcileFailure.class, () -> run(invocation));

        assertEquals(Reason.ExecPluginFailed, failed.getReason());
        assertTrue(failed.getMessage().contains("cannot be started: "), failed.getMessage());
        assertTrue(failed.getMessage().contains(expected), failed.getMessage());
        assertFalse(failed.toString().contains("s3cret"), failed.toString());
        assertEquals(null, failed.getCause());
    }

    private void assertNoneIsAlive() {
        Set<Long> pids = pids();
        assertFalse(pids.isEmpty(), "the script has written no ids");
        await().atMost(Duration.ofSeconds(30)).until(() -> pids.stream().noneMatch(pid -> isAlive(pid)));
    }

    private String sh(String script) {
        return run(shell(script));
    }

    private ReconcileFailure fails(String script, long timeout) {
        return assertThrows(ReconcileFailure.class, () -> run(shell(script), timeout));
    }

    private PluginInvocation shell(String script) {
        return invocation("sh", List.of("-c", "cd '" + folder + "'; " + script), Map.of());
    }

    private static PluginInvocation invocation(String command, List<String> args, Map<String, String> environment) {
        return new PluginInvocation("test", command, args, environment, null);
    }

    private String run(PluginInvocation invocation) {
        return run(invocation, LONG);
    }

    private String run(PluginInvocation invocation, long timeout) {
        return new String(bytes(invocation, timeout), StandardCharsets.UTF_8);
    }

    private byte[] bytes(PluginInvocation invocation, long timeout) {
        try {
            return executor.execute(new ExecPluginBinding.Command(invocation, timeout))
                    .getStdout()
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ids in the completely written files. */
    private Set<Long> pids() {
        try (var files = Files.newDirectoryStream(folder, "*.pid")) {
            List<String> contents = new ArrayList<>();
            for (Path file : files) {
                contents.add(Files.readString(file));
            }
            return contents.stream()
                    .filter(content -> content.endsWith("\n"))
                    .map(content -> Long.parseLong(content.strip()))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A zombie that the init process has not reaped yet is not alive. */
    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).isPresent() && "ZX".indexOf(state(pid)) < 0;
    }

    private static char state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return 'X';
        }
    }
}
