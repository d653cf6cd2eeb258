package io.projectsveltos.clusterinventory.benchmark;

import io.fabric8.kubeapitest.Utils;
import java.nio.file.Path;
import java.util.List;

/**
 * How a controller is started.
 *
 * @param name in the report and in file names
 * @param line the command with {@code {kubeconfig}} in it, and {@code {health}} and {@code {metrics}} where the controller
 *     takes ports
 */
public record ControllerCommand(String name, String line) {

    private static final String KUBECONFIG = "{kubeconfig}";
    private static final String HEALTH = "{health}";
    private static final String METRICS = "{metrics}";

    /**
     * A command that is ready to start.
     *
     * @param healthPort where the controller answers {@code /readyz}, 0 if the command does not say
     * @param metricsPort where it answers {@code /metrics}, 0 if the command does not say
     */
    public record Resolved(List<String> words, int healthPort, int metricsPort) {}

    /**
     * Reads {@code NAME=COMMAND}.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static ControllerCommand parse(String text) {
        int equals = text.indexOf('=');
        String name = text.substring(0, Math.max(0, equals));
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "not NAME=COMMAND, where NAME has letters, digits, '.', '_', '-': " + text);
        }
        ControllerCommand command = new ControllerCommand(name, text.substring(equals + 1));
        if (!command.line.contains(KUBECONFIG)) {
            throw new IllegalArgumentException("the command of " + name + " does not contain " + KUBECONFIG);
        }
        CommandWords.split(command.line);
        return command;
    }

    /** Fills in the placeholders, the ports with free ones. */
    public Resolved resolve(Path kubeconfig) {
        int health = line.contains(HEALTH) ? Utils.findFreePort() : 0;
        int metrics = line.contains(METRICS) ? Utils.findFreePort() : 0;
        List<String> words = CommandWords.split(line).stream()
                .map(word -> word.replace(KUBECONFIG, kubeconfig.toString())
                        .replace(HEALTH, String.valueOf(health))
                        .replace(METRICS, String.valueOf(metrics)))
                .toList();
        return new Resolved(words, health, metrics);
    }
}
