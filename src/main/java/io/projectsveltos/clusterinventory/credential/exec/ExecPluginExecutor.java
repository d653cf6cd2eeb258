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
 * Runs a plugin as a process of its own: no standard input, at most 1 MiB of standard output, an end by force after the
 * timeout, and no process of it left behind, whatever happens.
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

    /**
     * Makes an executor.
     *
     * @param listener told of each run
     */
    public ExecPluginExecutor(PluginRunListener listener) {
        this.listener = listener;
    }

    @Override
    public ExecResult execute(ExecCommand command) {
        PluginInvocation call = ((ExecPluginBinding.Command) command).call();
        failIfStopped();
        long start = System.nanoTime();
        Result result = Result.FAILURE;
        try {
            ExecResult output = run(command, call);
            result = Result.SUCCESS;
            return output;
        } catch (ReconcileFailure e) {
            result = e.getReason() == Reason.ExecPluginTimeout ? Result.TIMEOUT : Result.FAILURE;
            throw e;
        } finally {
            listener.onPluginExit(call.provider(), result, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private ExecResult run(ExecCommand command, PluginInvocation call) {
        String mark = UUID.randomUUID().toString();
        Process process = start(call, mark);
        ProcessTree tree = new ProcessTree(process, mark);
        running.add(tree);
        PluginOutput output = new PluginOutput(process);
        try {
            // it may not have been among those that were killed
            failIfStopped();
            boolean ended = awaitEnd(process, output, command.getTimeout());
            // what happens to it from here on is not its fault
            failIfStopped();
            if (!ended) {
                throw tookTooLong(call, command.getTimeout());
            }
            // what still runs in the background could go on writing
            tree.kill();
            return result(command, call, process.exitValue(), output);
        } finally {
            running.remove(tree);
            tree.kill();
            output.close();
            if (LOG.isDebugEnabled()) {
                LOG.debug("Plugin of access provider {} wrote to stderr: {}", call.provider(), redacted(call, output));
            }
        }
    }

    private static ExecResult result(ExecCommand command, PluginInvocation call, int exitCode, PluginOutput output) {
        output.readAll(DRAIN_TIME);
        if (output.isTooMuch()) {
            throw failed(call, "wrote more than " + PluginOutput.MAX_STDOUT_BYTES + " bytes and was killed");
        }
        if (exitCode != 0) {
            throw failed(call, "ended with exit code " + exitCode + quoted(redacted(call, output)));
        }
        return new ExecResult(command, new ByteArrayInputStream(output.stdout()), null, 0);
    }

    /**
     * Kills what runs, and starts nothing any more: a stop does not wait for plugins. Who runs one has an exception that
     * is no plugin's fault, once no process of it is left.
     */
    public void stop() {
        stopped = true;
        // each is waited for where it runs, all at the same time
        running.forEach(ProcessTree::signalAll);
    }

    /** Waits until no process of any plugin is left. */
    public void awaitStop() {
        running.forEach(ProcessTree::kill);
    }

    private void failIfStopped() {
        if (stopped) {
            throw new IllegalStateException("no plugin is run while the controller stops");
        }
    }

    private static Process start(PluginInvocation call, String mark) {
        List<String> line = new ArrayList<>();
        line.add(call.command());
        line.addAll(call.args());
        ProcessBuilder builder = new ProcessBuilder(line).redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(call.environment());
        builder.environment().put(ProcessTree.MARK, mark);
        try {
            return builder.start();
        } catch (IOException e) {
            throw failed(call, "(" + call.command() + ") cannot be started: " + StartFailure.describe(e, call));
        }
    }

    /**
     * Waits and reads at the same time, on this thread: a reader of its own would hang for as long as any process that the
     * plugin has left behind holds the other end.
     *
     * @return false if the time is over before the plugin
     */
    private static boolean awaitEnd(Process process, PluginOutput output, long timeoutMillis) {
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
            throw new IllegalStateException("stopped while a plugin ran");
        }
    }

    private static String redacted(PluginInvocation call, PluginOutput output) {
        return Redaction.of(output.endOfStderr(), call.environment()).strip();
    }

    private static String quoted(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.isEmpty() ? "" : ": " + line.substring(Math.max(0, line.length() - MAX_QUOTE_LENGTH));
    }

    private static ReconcileFailure tookTooLong(PluginInvocation call, long timeoutMillis) {
        return new ReconcileFailure(
                Reason.ExecPluginTimeout,
                "The plugin of access provider " + call.provider() + " had not ended after " + timeoutMillis
                        + " ms and was killed: see why it hangs, or raise exec-plugin.timeout");
    }

    private static ReconcileFailure failed(PluginInvocation call, String what) {
        return new ReconcileFailure(
                Reason.ExecPluginFailed, "The plugin of access provider " + call.provider() + " " + what);
    }
}
