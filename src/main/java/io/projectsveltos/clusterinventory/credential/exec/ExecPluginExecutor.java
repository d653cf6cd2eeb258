package io.projectsveltos.clusterinventory.credential.exec;

import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import io.projectsveltos.clusterinventory.credential.exec.PluginRunListener.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    static final int MOST_OUTPUT = 1024 * 1024;
    static final int KEPT_ERRORS = 4 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ExecPluginExecutor.class);
    private static final int LONGEST_QUOTE = 300;
    private static final long DRAIN_SECONDS = 5;

    private final Executor readers;
    private final PluginRunListener listener;
    private final Set<ProcessTree> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /**
     * Makes an executor.
     *
     * @param readers runs the readers of the plugins' outputs, two at a time for each plugin
     * @param listener told of each run
     */
    public ExecPluginExecutor(Executor readers, PluginRunListener listener) {
        this.readers = readers;
        this.listener = listener;
    }

    @Override
    public ExecResult execute(ExecCommand command) {
        PluginCall call = ((ExecPluginBinding.Command) command).call();
        failIfStopped();
        long start = System.nanoTime();
        Result result = Result.FAILURE;
        try {
            ExecResult output = run(command, call);
            result = Result.SUCCESS;
            return output;
        } catch (TerminalException e) {
            result = e.getReason() == Reason.ExecPluginTimeout ? Result.TIMEOUT : Result.FAILURE;
            throw e;
        } finally {
            listener.ended(call.provider(), result, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private ExecResult run(ExecCommand command, PluginCall call) {
        String mark = UUID.randomUUID().toString();
        Process process = start(call, mark);
        ProcessTree tree = new ProcessTree(process, mark);
        running.add(tree);
        Output errors = new Output(process.getErrorStream());
        Output output = new Output(process.getInputStream());
        try {
            // it may not have been among those that were killed
            failIfStopped();
            readers.execute(errors::keepLast);
            readers.execute(output::readAll);
            awaitEnd(call, process, output, command.getTimeout());
            // what happens to it from here on is not its fault
            failIfStopped();
            // what still runs in the background would keep the outputs open
            tree.kill();
            byte[] content = output.content();
            if (output.overflow.isDone()) {
                throw tooMuch(call);
            }
            if (process.exitValue() != 0) {
                throw failed(call, "ended with exit code " + process.exitValue() + quoted(redacted(call, errors)));
            }
            return new ExecResult(command, new ByteArrayInputStream(content), null, 0);
        } finally {
            running.remove(tree);
            tree.kill();
            if (LOG.isDebugEnabled()) {
                LOG.debug("Plugin of access provider {} wrote to stderr: {}", call.provider(), redacted(call, errors));
            }
        }
    }

    /**
     * Kills what runs, and starts nothing any more: a stop does not wait for plugins. Who runs one has an exception that
     * is no plugin's fault, once no process of it is left.
     */
    public void stop() {
        stopped = true;
        // each is waited for where it runs, all at the same time
        running.forEach(ProcessTree::killOnce);
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

    private static Process start(PluginCall call, String mark) {
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
            // not its message: it has the command line
            String hint = call.installHint() == null || call.installHint().isBlank()
                    ? "see that the image has it, executable"
                    : call.installHint().strip();
            throw failed(call, "(" + call.command() + ") cannot be started: " + hint);
        }
    }

    private static void awaitEnd(PluginCall call, Process process, Output output, long timeoutMillis) {
        try {
            CompletableFuture.anyOf(process.onExit(), output.overflow).get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TerminalException(
                    Reason.ExecPluginTimeout,
                    "The plugin of access provider " + call.provider() + " had not ended after " + timeoutMillis
                            + " ms and was killed: see why it hangs, or raise exec-plugin.timeout");
        } catch (ExecutionException e) {
            throw tooMuch(call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while a plugin ran");
        }
    }

    private static String redacted(PluginCall call, Output errors) {
        byte[] all = errors.content();
        int length = Math.min(all.length, KEPT_ERRORS);
        String last = new String(all, all.length - length, length, StandardCharsets.UTF_8);
        if (all.length > KEPT_ERRORS) {
            // the first word was cut, and may be a part of a token that would not be known as one any more
            last = last.replaceFirst("^\\S+", "");
        }
        return Redaction.of(last, call.environment()).strip();
    }

    private static String quoted(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.isEmpty() ? "" : ": " + line.substring(Math.max(0, line.length() - LONGEST_QUOTE));
    }

    private static TerminalException tooMuch(PluginCall call) {
        return failed(call, "wrote more than " + MOST_OUTPUT + " bytes and was killed");
    }

    private static TerminalException failed(PluginCall call, String what) {
        return new TerminalException(
                Reason.ExecPluginFailed, "The plugin of access provider " + call.provider() + " " + what);
    }

    /** What comes out of one stream of a process. */
    private static final class Output {

        private final InputStream stream;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private final CompletableFuture<Void> overflow = new CompletableFuture<>();

        Output(InputStream stream) {
            this.stream = stream;
        }

        void readAll() {
            read(chunk -> {
                if (bytes.size() + chunk.length > MOST_OUTPUT) {
                    overflow.completeExceptionally(new IOException("too much output"));
                } else {
                    bytes.writeBytes(chunk);
                }
            });
        }

        void keepLast() {
            read(chunk -> {
                bytes.writeBytes(chunk);
                if (bytes.size() > 2 * KEPT_ERRORS) {
                    byte[] last = last();
                    bytes.reset();
                    bytes.writeBytes(last);
                }
            });
        }

        /** All that was read, once the stream has ended. */
        byte[] content() {
            closed.completeOnTimeout(null, DRAIN_SECONDS, TimeUnit.SECONDS).join();
            synchronized (bytes) {
                return bytes.toByteArray();
            }
        }

        private byte[] last() {
            byte[] all = bytes.toByteArray();
            return java.util.Arrays.copyOfRange(all, Math.max(0, all.length - KEPT_ERRORS), all.length);
        }

        private void read(java.util.function.Consumer<byte[]> sink) {
            byte[] buffer = new byte[8192];
            try (stream) {
                for (int n = stream.read(buffer); n >= 0 && !overflow.isDone(); n = stream.read(buffer)) {
                    synchronized (bytes) {
                        sink.accept(java.util.Arrays.copyOf(buffer, n));
                    }
                }
            } catch (IOException e) {
                LOG.trace("The process is gone", e);
            } finally {
                closed.complete(null);
            }
        }
    }
}
