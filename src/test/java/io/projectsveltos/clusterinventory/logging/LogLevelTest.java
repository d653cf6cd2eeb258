package io.projectsveltos.clusterinventory.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.testing.AllLogs;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class LogLevelTest {

    private static final String OURS = "io.projectsveltos.clusterinventory";
    private static final String ROUTES = "routes";

    @BeforeEach
    void logAtInfo() {
        logger(OURS).setLevel(Level.INFO);
        logger(ROUTES).setLevel(Level.INFO);
    }

    @AfterEach
    void putBack() {
        logger(OURS).setLevel(null);
        logger(ROUTES).setLevel(null);
    }

    @ParameterizedTest
    @CsvSource({"0, INFO", "4, INFO", "5, DEBUG", "9, DEBUG", "10, TRACE", "99, TRACE"})
    void appliesKlogsVerbosity(int verbosity, String level) {
        new LogLevel(verbosity);

        assertEquals(List.of(level, level), levels());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.fabric8.kubernetes.client.http.HttpLoggingInterceptor",
                "org.apache.camel.component.bean",
                "org.apache.hc.client5.http.wire",
                "org.apache.camel"
            })
    void doesNotChangeTheLoggersOfLibraries(String library) {
        Level before = logger(library).getEffectiveLevel();

        new LogLevel(10);

        assertEquals(before, logger(library).getEffectiveLevel());
    }

    @Test
    void doesNotTurnOnALoggerThatIsConfiguredOff() {
        String within = OURS + ".within";
        logger(within).setLevel(Level.OFF);
        try {
            new LogLevel(10);

            assertEquals(Level.OFF, logger(within).getEffectiveLevel());
        } finally {
            logger(within).setLevel(null);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LogLevelInfo, INFO",
        "LogLevelDebug, DEBUG",
        "LogLevelVerbose, TRACE",
        "LogLevelNotSet, DEBUG",
        "SomethingNew, DEBUG"
    })
    void appliesTheDebuggingConfiguration(String wanted, String level) {
        LogLevel logLevel = new LogLevel(5);

        logLevel.apply(configuration("ClusterInventory", wanted), Action.MODIFIED);

        assertEquals(List.of(level, level), levels());
    }

    @Test
    void ignoresOtherComponents() {
        LogLevel logLevel = new LogLevel(0);

        logLevel.apply(configuration("Classifier", "LogLevelVerbose"), Action.ADDED);

        assertEquals(List.of("INFO", "INFO"), levels());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{spec: {}}",
                "{spec: {configuration: []}}",
                "{spec: {configuration: [{component: ClusterInventory}]}}"
            })
    void returnsToTheCommandLineWhenTheConfigurationSetsNoLevel(String configuration) {
        LogLevel logLevel = new LogLevel(0);
        logLevel.apply(configuration("ClusterInventory", "LogLevelVerbose"), Action.ADDED);

        logLevel.apply(read(configuration), Action.MODIFIED);

        assertEquals(List.of("INFO", "INFO"), levels());
    }

    @Test
    void returnsToTheCommandLineWhenTheConfigurationIsDeleted() {
        LogLevel logLevel = new LogLevel(5);
        logLevel.apply(configuration("ClusterInventory", "LogLevelVerbose"), Action.ADDED);

        logLevel.apply(configuration("ClusterInventory", "LogLevelVerbose"), Action.DELETED);

        assertEquals(List.of("DEBUG", "DEBUG"), levels());
    }

    @Test
    void logsAChangeOfLevelOnce() {
        try (AllLogs logs = AllLogs.started()) {
            LogLevel logLevel = new LogLevel(0);

            logLevel.apply(configuration("ClusterInventory", "LogLevelNotSet"), Action.ADDED);
            logLevel.apply(configuration("ClusterInventory", "LogLevelDebug"), Action.MODIFIED);
            logLevel.apply(configuration("ClusterInventory", "LogLevelDebug"), Action.MODIFIED);

            List<String> logged = logs.lines().stream()
                    .filter(line -> line.contains(LogLevel.class.getName()))
                    .toList();
            assertEquals(1, logged.size(), logged::toString);
            assertTrue(logged.get(0).startsWith("INFO ") && logged.get(0).contains("DEBUG"), logged::toString);
        }
    }

    private static List<String> levels() {
        return List.of(
                logger(OURS + ".Any").getEffectiveLevel().toString(),
                logger(ROUTES + ".any").getEffectiveLevel().toString());
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static DebuggingConfiguration configuration(String component, String level) {
        return read("{spec: {configuration: [{component: Other, logLevel: LogLevelInfo}, {component: " + component
                + ", logLevel: " + level + "}]}}");
    }

    private static DebuggingConfiguration read(String yaml) {
        return Serialization.unmarshal("---\n" + yaml, DebuggingConfiguration.class);
    }
}
