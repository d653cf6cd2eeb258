package io.projectsveltos.clusterinventory.credential.exec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The output of a plugin. Reads only available bytes, and so never waits for a process that holds the pipe open. */
final class PluginOutput {

    static final int MAX_STDOUT_BYTES = 1024 * 1024;
    static final int STDERR_TAIL_BYTES = 4 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(PluginOutput.class);
    private static final int CHUNK = 64 * 1024;

    private final InputStream outputStream;
    private final InputStream errorStream;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private byte[] stderr = {};
    private boolean stderrCut;

    PluginOutput(Process process) {
        outputStream = process.getInputStream();
        errorStream = process.getErrorStream();
    }

    /**
     * Reads the available bytes, at most a chunk of each stream.
     *
     * @return true if there were any
     */
    boolean read() {
        byte[] output = available(outputStream);
        byte[] errors = available(errorStream);
        // one byte beyond the limit marks the output as too long
        stdout.write(output, 0, Math.min(output.length, MAX_STDOUT_BYTES + 1 - stdout.size()));
        appendToStderr(errors);
        return output.length + errors.length > 0;
    }

    /** Reads the rest, for a limited time: a process that cannot be killed may go on writing. */
    void readAll(Duration time) {
        long start = System.nanoTime();
        while (!isTooMuch() && System.nanoTime() - start < time.toNanos() && read()) {
            // until nothing more is available
        }
    }

    boolean isTooMuch() {
        return stdout.size() > MAX_STDOUT_BYTES;
    }

    byte[] stdout() {
        return stdout.toByteArray();
    }

    String stderrTail() {
        String tail = new String(stderr, StandardCharsets.UTF_8);
        // the first word is cut off and may be the rest of a token that redaction would not recognize
        return stderrCut ? tail.replaceFirst("^\\S+", "") : tail;
    }

    /** Closes this end of the pipes. Java itself only does so after the plugin has exited. */
    void close() {
        close(outputStream);
        close(errorStream);
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.trace("The pipe is closed already", e);
        }
    }

    private void appendToStderr(byte[] more) {
        byte[] all = Arrays.copyOf(stderr, stderr.length + more.length);
        System.arraycopy(more, 0, all, stderr.length, more.length);
        int first = Math.max(0, all.length - STDERR_TAIL_BYTES);
        stderrCut |= first > 0;
        stderr = Arrays.copyOfRange(all, first, all.length);
    }

    private static byte[] available(InputStream stream) {
        try {
            return stream.readNBytes(Math.min(stream.available(), CHUNK));
        } catch (IOException e) {
            LOG.trace("The process is gone", e);
            return new byte[0];
        }
    }
}
