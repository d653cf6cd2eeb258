package io.projectsveltos.clusterinventory.credential.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says why a program could not be started, and what to do. Java's message is of no use: it has the command line. */
final class StartFailure {

    private static final int ENOENT = 2;
    private static final int E2BIG = 7;
    private static final int ENOEXEC = 8;
    private static final int EAGAIN = 11;
    private static final int ENOMEM = 12;
    private static final int EACCES = 13;

    /** How Java's ProcessImpl begins the message of the cause. */
    private static final Pattern ERROR = Pattern.compile("error=(\\d{1,4}),");

    private StartFailure() {}

    static String describe(IOException failure, PluginInvocation call) {
        int error = errorOf(failure);
        return switch (error) {
            case ENOENT -> missing(call);
            case EACCES ->
                "it is not executable, or a folder of its path is closed to this user: see its mode bits and that"
                        + " its volume is not mounted noexec";
            case ENOEXEC ->
                "it is not a program of this machine's architecture, nor a script with a #! line: see which"
                        + " build of it the image has";
            case E2BIG ->
                "its environment or an argument is too large for the system (" + PluginEnvironment.EXEC_INFO
                        + " has " + execInfoBytes(call)
                        + " bytes, a variable can have 131071): have the profile's cluster made"
                        + " smaller, or set provideClusterInfo to false";
            case EAGAIN, ENOMEM ->
                "the container is out of processes or memory: raise its limits, or lower" + " credentials.concurrency";
            default -> "the system gives error " + error;
        };
    }

    private static String missing(PluginInvocation call) {
        if (call.command().contains("/") && Files.exists(Path.of(call.command()))) {
            return "it is there, but the interpreter of its #! line or its loader is not: add that to the image";
        }
        return call.installHint() == null || call.installHint().isBlank()
                ? "it is not there: see that the image has it, executable"
                : call.installHint().strip();
    }

    private static int errorOf(IOException failure) {
        String message = failure.getCause() == null ? null : failure.getCause().getMessage();
        Matcher error = ERROR.matcher(message == null ? "" : message);
        return error.lookingAt() ? Integer.parseInt(error.group(1)) : 0;
    }

    private static int execInfoBytes(PluginInvocation call) {
        return call.environment().getOrDefault(PluginEnvironment.EXEC_INFO, "").getBytes(StandardCharsets.UTF_8).length;
    }
}
