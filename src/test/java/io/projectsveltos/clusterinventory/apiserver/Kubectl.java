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
        try {
            Path given = Files.createTempFile("kubectl", ".in");
            Path said = Files.createTempFile("kubectl", ".out");
            try {
                Files.writeString(given, input);
                int code = new ProcessBuilder(command)
                        .redirectInput(given.toFile())
                        .redirectOutput(said.toFile())
                        .redirectErrorStream(true)
                        .start()
                        .waitFor();
                String output = Files.readString(said, StandardCharsets.UTF_8);
                if (code != 0) {
                    throw new IllegalStateException(String.join(" ", arguments) + ":\n" + output);
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
