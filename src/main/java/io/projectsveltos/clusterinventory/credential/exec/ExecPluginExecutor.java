package io.projectsveltos.clusterinventory.credential.exec;

import io.projectsveltos.clusterinventory.credential.exec.PluginRunListener.Result;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.exec.ExecCommand;
import org.apache.camel.component.exec.ExecCommandExecutor;
import org.apache.camel.component.exec.ExecResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a plugin as a process: without standard input, with at most 1 MiB of standard output, killed after the timeout. None
 * of its processes is left behind, no matter how the run ends.
 */
public final class ExecPluginExecutor implements ExecCommandExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(ExecPluginExecutor.class);
    private static final int MAX_QUOTE_LENGTH = 300;
    private static final Duration DRAIN_TIME = Duration.ofSeconds(5);
    private static final long MIN_PAUSE_MILLIS = 1;
    private static final long MAX_PAUSE_MILLIS = 20;

    private final PluginRunListener listener;
    private final Set<ProcessTree> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    public ExecPluginExecutor(PluginRunListener listener) {
        this.listener = listener;
    }

    @Override
    public ExecResult execute(ExecCommand command) {
        PluginInvocation invocation = ((ExecPluginBinding.Command) command).invocation();
        failIfStopped();
        long start = System.nanoTime();
        Result result = Result.FAILURE;
        try {
            ExecResult output = run(command, invocation);
            result = Result.SUCCESS;
            return output;
        } catch (ReconcileFailure e) {
            result = e.getReason() == Reason.ExecPluginTimeout ? Result.TIMEOUT : Result.FAILURE;
            throw e;
        } finally {
            listener.onPluginExit(invocation.provider(), result, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private ExecResult run(ExecCommand command, PluginInvocation invocation) {
        String mark = UUID.randomUUID().toString();
        Process process = start(invocation, mark);
        ProcessTree tree = new ProcessTree(process, mark);
        running.add(tree);
        PluginOutput output = new PluginOutput(process);
        try {
            // stop() may have run before this process was added
            failIfStopped();
            boolean exited = awaitExit(process, output, command.getTimeout());
            // if stop() killed the plugin, its exit is not a failure
            failIfStopped();
            if (!exited) {
                throw timedOut(invocation, command.getTimeout());
            }
            // background processes could go on writing
            tree.killUntilGone();
            return result(command, invocation, process, output);
        } finally {
            running.remove(tree);
            tree.killUntilGone();
            output.close();
            if (LOG.isDebugEnabled()) {
                LOG.debug(
                        "Exec plugin of access provider {} wrote to stderr: {}",
                        invocation.provider(),
                        redacted(invocation, output));
            }
        }
    }

    private static ExecResult result(
            ExecCommand command, PluginInvocation invocation, Process process, PluginOutput output) {
        output.readAll(DRAIN_TIME);
        if (output.isTooMuch()) {
            throw failed(invocation, "wrote more than " + PluginOutput.MAX_STDOUT_BYTES + " bytes and was killed");
        }
        // not before: nothing has waited for a plugin that wrote too much, and Java may not know yet that it is gone
        int exitCode = process.exitValue();
        if (exitCode != 0) {
            throw failed(invocation, "exited with code " + exitCode + quoted(redacted(invocation, output)));
        }
        return new ExecResult(command, new ByteArrayInputStream(output.stdout()), null, 0);
    }

    /**
     * Kills all running plugins and starts no more: a shutdown does not wait for plugins. {@link #execute} then throws an
     * IllegalStateException, which is not a failure of the plugin, once no process of its plugin is left.
     */
    public void stop() {
        stopped = true;
        // the threads that run them wait for their end, in parallel
        running.forEach(ProcessTree::signalAll);
    }

    /** Waits until no process of any plugin is left. */
    public void awaitStop() {
        running.forEach(ProcessTree::killUntilGone);
    }

    private void failIfStopped() {
        if (stopped) {
            throw new IllegalStateException("the controller is stopping and does not run exec plugins any more");
        }
    }

    private static Process start(PluginInvocation invocation, String mark) {
        List<String> line = new ArrayList<>();
        line.add(invocation.command());
        line.addAll(invocation.args());
        ProcessBuilder builder = new ProcessBuilder(line).redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(invocation.environment());
        builder.environment().put(ProcessTree.MARK, mark);
        try {
            return builder.start();
        } catch (IOException e) {
            throw failed(
                    invocation,
                    "(" + invocation.command() + ") cannot be started: " + StartFailure.describe(e, invocation));
        }
    }

    /**
     * Waits and reads on the same thread: a thread that only reads would hang for as long as any process that the plugin
     * left behind holds the other end of the pipe.
     *
     * @return false if the timeout expires before the plugin exits
     */
    private static boolean awaitExit(Process process, PluginOutput output, long timeoutMillis) {
        long start = System.nanoTime();
        long pause = MIN_PAUSE_MILLIS;
        try {
            while (!output.isTooMuch() && !process.waitFor(pause, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) {
                    return false;
                }
                pause = output.read() ? 0 : Math.min(pause + MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while an exec plugin ran");
        }
    }

    private static String redacted(PluginInvocation invocation, PluginOutput output) {
        return Redaction.of(output.stderrTail(), invocation.environment()).strip();
    }

    private static String quoted(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.isEmpty() ? "" : ": " + line.substring(Math.max(0, line.length() - MAX_QUOTE_LENGTH));
    }

    private static ReconcileFailure timedOut(PluginInvocation invocation, long timeoutMillis) {
        String timeout = timeoutMillis % 1000 == 0 ? timeoutMillis / 1000 + "s" : timeoutMillis + "ms";
        return new ReconcileFailure(
                Reason.ExecPluginTimeout,
                "Exec plugin of access provider " + invocation.provider() + " timed out after " + timeout
                        + " and was killed. Check why it hangs, or raise exec-plugin.timeout.");
    }

    private static ReconcileFailure failed(PluginInvocation invocation, String what) {
        return new ReconcileFailure(
                Reason.ExecPluginFailed, "Exec plugin of access provider " + invocation.provider() + " " + what);
    }
}
