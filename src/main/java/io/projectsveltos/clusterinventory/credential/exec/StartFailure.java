package io.projectsveltos.clusterinventory.credential.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a program could not be started, and what to do. Java's message cannot be used: it contains the command line. */
final class StartFailure {

    private static final int ENOENT = 2;
    private static final int E2BIG = 7;
    private static final int ENOEXEC = 8;
    private static final int EAGAIN = 11;
    private static final int ENOMEM = 12;
    private static final int EACCES = 13;

    /** How the message of the cause, from Java's ProcessImpl, begins. */
    private static final Pattern ERROR = Pattern.compile("error=(\\d{1,4}),");

    private StartFailure() {}

    static String describe(IOException failure, PluginInvocation invocation) {
        int error = errorOf(failure);
        return switch (error) {
            case ENOENT -> missing(invocation);
            case EACCES ->
                "it is not executable, or this user may not access a folder in its path: check its mode bits and that"
                        + " its volume is not mounted noexec";
            case ENOEXEC ->
                "it is neither a program for this machine's architecture nor a script with a #! line: check which"
                        + " build the image contains";
            case E2BIG ->
                "its environment or an argument is too large for the system (" + PluginEnvironment.EXEC_INFO
                        + " has " + execInfoBytes(invocation)
                        + " bytes, the limit for a variable is 131071): reduce the cluster in the profile, or set"
                        + " provideClusterInfo to false";
            case EAGAIN, ENOMEM ->
                "the container is out of processes or memory: raise its limits, or lower credentials.concurrency";
            default -> "the system reports error " + error;
        };
    }

    private static String missing(PluginInvocation invocation) {
        if (invocation.command().contains("/") && Files.exists(Path.of(invocation.command()))) {
            return "it exists, but its loader or the interpreter in its #! line does not: add that to the image";
        }
        return invocation.installHint() == null || invocation.installHint().isBlank()
                ? "it does not exist: add it to the image as an executable file"
                : invocation.installHint().strip();
    }

    private static int errorOf(IOException failure) {
        String message = failure.getCause() == null ? null : failure.getCause().getMessage();
        Matcher error = ERROR.matcher(message == null ? "" : message);
        return error.lookingAt() ? Integer.parseInt(error.group(1)) : 0;
    }

    private static int execInfoBytes(PluginInvocation invocation) {
        return invocation
                .environment()
                .getOrDefault(PluginEnvironment.EXEC_INFO, "")
                .getBytes(StandardCharsets.UTF_8)
                .length;
    }
}
