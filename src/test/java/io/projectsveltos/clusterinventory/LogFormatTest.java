package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.AbstractConfiguration;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.config.composite.CompositeConfiguration;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.time.MutableInstant;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.StringMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line of the log, as the configuration in the jar writes it. */
class LogFormatTest {

    private static final String ABOUT = "fleet/member";
    private static final Throwable FAILURE = new IllegalStateException(
            "first\n2026-11-22T10:00:00.000Z ERROR forged", new IllegalArgumentException("in\tner"));

    @Test
    void saysInTextWhatItIsAboutOnce() {
        assertEquals(
                "2026-11-22T10:00:00.123Z WARN  report-failure fleet/member: not now\n", text(ABOUT, "not now", null));
    }

    @Test
    void isShortInTextWhereItIsAboutNoProfile() {
        assertEquals("2026-11-22T10:00:00.123Z WARN  report-failure watching\n", text(null, "watching", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\n2026-11-22T10:00:00.123Z WARN  report-failure forged",
                "a\r\nb",
                "a\rb",
                "a\u001b[2Kb",
                "a\u0000b",
                "a\u0085b",
                "a\u2028b",
                "a\u009b31mb"
            })
    void isOneLineInTextWhateverIsInIt(String message) {
        String line = text(ABOUT, message, null);

        assertTrue(line.endsWith("\n"));
        assertFalse(line.substring(0, line.length() - 1).matches("(?s).*[\\p{Cc}\u2028\u2029].*"), line);
    }

    @Test
    void leavesTextOfAnyScriptReadable() {
        assertTrue(text(null, "Größe 集群 \uD83D\uDE80 {} \\ \"quoted\"", null)
                .endsWith(" Größe 集群 \uD83D\uDE80 {} \\ \"quoted\"\n"));
    }

    @Test
    void hasNoLineOfAnExceptionThatLooksLikeOneOfTheLog() {
        List<String> lines = text(ABOUT, "failed", FAILURE).lines().toList();

        assertEquals("2026-11-22T10:00:00.123Z WARN  report-failure fleet/member: failed", lines.get(0));
        assertEquals("java.lang.IllegalStateException: first", lines.get(1));
        assertTrue(
                lines.stream().skip(2).allMatch(line -> line.startsWith("\t") || line.startsWith(" ")),
                lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.contains("Caused by: ")), lines::toString);
        assertEquals(
                1,
                lines.stream()
                        .filter(line -> line.contains("IllegalStateException"))
                        .count(),
                lines::toString);
    }

    @Test
    void isInJsonOneObjectALine() throws Exception {
        JsonNode line = json(ABOUT, "not\nnow \u001b \"quoted\"", null);

        assertEquals(
                Map.of(
                        "ts", "2026-11-22T10:00:00.123Z",
                        "level", "WARN",
                        "logger", "routes.report-failure",
                        "msg", "not\nnow \u001b \"quoted\"",
                        "clusterprofile", ABOUT),
                new ObjectMapper().convertValue(line, Map.class));
    }

    @Test
    void hasInJsonNoFieldOfWhatIsNotThere() throws Exception {
        JsonNode line = json(null, "watching", null);

        assertEquals(
                List.of("ts", "level", "logger", "msg"),
                StreamSupport.stream(((Iterable<String>) line::fieldNames).spliterator(), false)
                        .toList());
    }

    @Test
    void hasTheStackTraceInJsonAsText() throws Exception {
        JsonNode line = json(ABOUT, "failed", FAILURE);

        assertTrue(line.path("error").isTextual());
        assertTrue(line.path("error").asText().startsWith(FAILURE.toString()), line::toString);
        assertTrue(line.path("error").asText().contains("Caused by: "), line::toString);
    }

    private static String text(String about, String message, Throwable failure) {
        return line("classpath:log4j2.properties", about, message, failure);
    }

    private static JsonNode json(String about, String message, Throwable failure) throws Exception {
        String line = line(Main.JSON_LOG, about, message, failure);
        assertEquals(line.length() - 1, line.indexOf('\n'), line);
        return new ObjectMapper().readTree(line);
    }

    private static String line(String files, String about, String message, Throwable failure) {
        StringMap context = ContextDataFactory.createContextData();
        if (about != null) {
            context.putValue("clusterprofile", about);
        }
        MutableInstant instant = new MutableInstant();
        instant.initFromEpochMilli(Instant.parse("2026-11-22T10:00:00.123Z").toEpochMilli(), 0);
        return (String) production(files)
                .getAppender("out")
                .getLayout()
                .toSerializable(Log4jLogEvent.newBuilder()
                        .setLoggerName("routes.report-failure")
                        .setLevel(Level.WARN)
                        .setMessage(new SimpleMessage(message))
                        .setContextData(context)
                        .setThrown(failure)
                        .setInstant(instant)
                        .build());
    }

    private static Configuration production(String files) {
        LoggerContext context = new LoggerContext("production");
        List<AbstractConfiguration> parts = Stream.of(files.split(","))
                .map(URI::create)
                .map(file -> ConfigurationFactory.getInstance().getConfiguration(context, "production", file))
                .map(AbstractConfiguration.class::cast)
                .toList();
        Configuration production = new CompositeConfiguration(parts);
        production.initialize();
        return production;
    }
}
