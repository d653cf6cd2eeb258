package io.projectsveltos.clusterinventory.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One bash, in which commands run one after the other. */
public final class Shell implements AutoCloseable {

    private static final String END = "end of the command, with code ";

    private final Process bash;
    private final Writer in;
    private final BufferedReader out;

    /** What a command has written, to standard output and standard error, and its exit code. */
    public record Run(int code, String out) {}

    private Shell(Process bash) {
        this.bash = bash;
        in = bash.outputWriter();
        out = bash.inputReader();
    }

    /**
     * Starts it.
     *
     * @param directory where it is at first
     * @param environment in addition to that of this process
     */
    public static Shell start(Path directory, Map<String, String> environment) throws IOException {
        ProcessBuilder bash =
                new ProcessBuilder("bash").directory(directory.toFile()).redirectErrorStream(true);
        bash.environment().putAll(environment);
        return new Shell(bash.start());
    }

    /** Runs a command and waits for its end, unless it ends in {@code &}. */
    public Run run(String command) {
        try {
            in.write("{ " + command + "\n} < /dev/null\necho \"" + END + "$?\"\n");
            in.flush();
            StringBuilder written = new StringBuilder();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(END)) {
                    return new Run(Integer.parseInt(line.substring(END.length())), written.toString());
                }
                written.append(line).append('\n');
            }
            throw new IllegalStateException("bash has ended:\n" + written);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it, and what it has started in the background. */
    @Override
    public void close() {
        bash.descendants().forEach(ProcessHandle::destroy);
        bash.destroy();
        try {
            if (!bash.waitFor(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("bash still runs");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
