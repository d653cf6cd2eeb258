package io.projectsveltos.clusterinventory.apiserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kubectl that comes with the real API server's binaries. */
public final class Kubectl {

    private final Path program;

    private Kubectl(Path program) {
        this.program = program;
    }

    /** Finds it; without it the calling test is skipped, as for {@link RealApiServer}. */
    public static Kubectl find() {
        return new Kubectl(ApiServerBinaries.find(null, System.getProperty("apiserver"))
                .binaries()
                .getKubectl()
                .toPath());
    }

    /** Where it is. */
    public Path program() {
        return program;
    }

    /**
     * Builds a kustomization.
     *
     * @param folder where its file is
     * @return the objects, as YAML documents
     */
    public String kustomize(Path folder) {
        return run("", "kustomize", folder.toString());
    }

    /**
     * Runs kubectl.
     *
     * @param input what it reads from its standard input
     * @param arguments its arguments
     * @return what it has written
     * @throws IllegalStateException with what it has written, when it failed
     */
    public String run(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return run(input, new ProcessBuilder(command));
    }

    /**
     * Runs a script that calls kubectl, from the project's folder.
     *
     * @param script for bash; it ends with the first command that fails
     * @param kubeconfig its cluster
     * @return what it has written
     * @throws IllegalStateException with what it has written, when it failed
     */
    public String runScript(String script, Path kubeconfig) {
        ProcessBuilder bash = new ProcessBuilder("bash", "-e");
        bash.environment().put("KUBECONFIG", kubeconfig.toString());
        bash.environment().merge("PATH", program.getParent().toString(), (before, first) -> first + ":" + before);
        return run(script, bash);
    }

    private static String run(String input, ProcessBuilder process) {
        try {
            Path given = Files.createTempFile("kubectl", ".in");
            Path said = Files.createTempFile("kubectl", ".out");
            try {
                Files.writeString(given, input);
                int code = process.redirectInput(given.toFile())
                        .redirectOutput(said.toFile())
                        .redirectErrorStream(true)
                        .start()
                        .waitFor();
                String output = Files.readString(said, StandardCharsets.UTF_8);
                if (code != 0) {
                    throw new IllegalStateException(String.join(" ", process.command()) + ":\n" + output);
                }
                return output;
            } finally {
                Files.delete(given);
                Files.delete(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
