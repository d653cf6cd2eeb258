package io.projectsveltos.clusterinventory.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Exec plugins that are shell scripts, and the provider file that names them. Each records its runs, with what it is given
 * about the cluster; its script can be replaced at any time.
 */
public final class Plugins {

    public static final String V1 = "client.authentication.k8s.io/v1";
    public static final String V1BETA1 = "client.authentication.k8s.io/v1beta1";
    public static final String ADDITIONAL_ARGS = "clusterprofiles.multicluster.x-k8s.io/exec/additional-args";
    public static final String ADDITIONAL_ENVS = "clusterprofiles.multicluster.x-k8s.io/exec/additional-envs";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final List<Map<String, Object>> providers = new ArrayList<>();

    public Plugins(Path directory) {
        this.directory = directory;
    }

    /** A provider at the end of the provider file, whose plugin does this. */
    public Plugins add(String provider, String script) {
        return add(provider, V1, script, Map.of());
    }

    /** Such a provider with more of the provider file's fields, in execConfig or next to it. */
    public Plugins add(String provider, String apiVersion, String script, Map<String, Object> fields) {
        change(provider, script);
        Map<String, Object> exec = new LinkedHashMap<>();
        exec.put("apiVersion", apiVersion);
        exec.put("command", "sh");
        exec.put("args", List.of(script(provider).toString()));
        exec.put("provideClusterInfo", true);
        exec.put("interactiveMode", "Never");
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", provider);
        entry.put("execConfig", exec);
        fields.forEach((name, value) -> (name.startsWith("profileSourced") ? entry : exec).put(name, value));
        providers.add(entry);
        write(file(), json(Map.of("providers", providers)));
        return this;
    }

    /** Replaces the script of the plugin, from its next run on. */
    public void change(String provider, String script) {
        Path next = write(directory.resolve(provider + ".next"), """
                cd '%s'
                echo "$KUBERNETES_EXEC_INFO" >> %s.runs
                %s
                """.formatted(directory, provider, script));
        try {
            Files.move(next, script(provider), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path file() {
        return directory.resolve("providers.json");
    }

    /** The runs so far, in order: the KUBERNETES_EXEC_INFO of each. */
    public List<String> runs(String provider) {
        return lines(provider + ".runs");
    }

    public void awaitRuns(String provider, int least) {
        ClusterFixtures.eventually(() -> assertTrue(runs(provider).size() >= least));
    }

    /** What a plugin has written into a file of its own. */
    public List<String> lines(String name) {
        Path file = directory.resolve(name);
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that plugins wait for. */
    public void put(String name) {
        write(directory.resolve(name), "");
    }

    // what plugins do

    /** Returns another token with each run: token-1, token-2 and so on. */
    public static String returnsTokens(String provider) {
        return returns("\"token\":\"token-'$(grep -c . %s.runs)'\"".formatted(provider));
    }

    public static String returns(String status) {
        return prints(V1, "ExecCredential", status);
    }

    public static String prints(String apiVersion, String kind, String status) {
        return "echo '{\"apiVersion\":\"" + apiVersion + "\",\"kind\":\"" + kind + "\",\"status\":{" + status + "}}'";
    }

    /** Tokens that expire so many seconds after the run. */
    public static String returnsTokensFor(String provider, int seconds) {
        return returns("\"token\":\"token-'$(grep -c . %s.runs)'\",\"expirationTimestamp\":\"'$(%s)'\""
                .formatted(provider, "date -u -d @$(($(date +%s) + " + seconds + ")) +%Y-%m-%dT%H:%M:%SZ"));
    }

    /** Hangs, with a child; both leave their process ids in the file pids. */
    public static String hangs() {
        return """
                sleep 600 &
                echo $$ >> pids
                echo $! >> pids
                wait
                """;
    }

    private Path script(String provider) {
        return directory.resolve(provider + ".sh");
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
