package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.logging.LogConfiguration;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line of the log, as the configuration in the jar writes it. */
class LogFormatTest {

    private static final String ABOUT = "fleet/member";
    private static final Throwable FAILURE = new IllegalStateException(
            "first\n2026-11-22T10:00:00.000Z ERROR forged", new IllegalArgumentException("in\tner"));

    @Test
    void namesTheProfileOnceInText() {
        assertEquals(
                "2026-11-22T10:00:00.123Z WARN  report-events fleet/member: not now\n", text(ABOUT, "not now", null));
    }

    @Test
    void isShortInTextWithoutAProfile() {
        assertEquals("2026-11-22T10:00:00.123Z WARN  report-events watching\n", text(null, "watching", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\n2026-11-22T10:00:00.123Z WARN  report-events forged",
                "a\r\nb",
                "a\rb",
                "a\tb",
                "a\u001b[2Kb",
                "a\u0000b",
                "a\u0085b",
                "a\u2028b",
                "a\u202eb",
                "a\udb40\udc41b",
                "a\u009b31mb"
            })
    void isAlwaysOneLineInText(String message) {
        String line = text(ABOUT, message, null);

        assertTrue(line.endsWith("\n"));
        assertFalse(line.substring(0, line.length() - 1).matches("(?s).*[\\p{Cc}\\p{Cf}\u2028\u2029].*"), line);
    }

    @Test
    void keepsTextOfAnyScriptReadable() {
        assertTrue(text(null, "Größe 集群 \uD83D\uDE80 {} \\ \"quoted\"", null)
                .endsWith(" Größe 集群 \uD83D\uDE80 {} \\ \"quoted\"\n"));
    }

    @Test
    void cutsALongMessage() throws Exception {
        String message = "a".repeat(1_000_000);

        String line = text(ABOUT, message, null);

        assertTrue(line.length() < 20_000, () -> "has " + line.length());
        assertTrue(line.endsWith("a... (983616 more characters)\n"));
        assertTrue(line.contains(json(ABOUT, message, null).path("msg").asText()));
    }

    @Test
    void indentsEachLineOfAnException() {
        List<String> lines = text(ABOUT, "failed", FAILURE).lines().toList();

        assertEquals("2026-11-22T10:00:00.123Z WARN  report-events fleet/member: failed", lines.get(0));
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
    void indentsAnExceptionThatDoesNotBeginWithItsClass() {
        Throwable forging = new IllegalStateException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String toString() {
                return "2026-11-22T10:00:00.000Z ERROR forged";
            }
        };

        assertTrue(text(ABOUT, "failed", forging).contains("\n  2026-11-22T10:00:00.000Z ERROR forged\n\tat "));
    }

    @Test
    void isOneObjectPerLineInJson() throws Exception {
        JsonNode line = json(ABOUT, "not\nnow \u001b \"quoted\"", null);

        assertEquals(
                Map.of(
                        "ts", "2026-11-22T10:00:00.123Z",
                        "level", "WARN",
                        "logger", "routes.report-events",
                        "msg", "not\nnow \u001b \"quoted\"",
                        "clusterprofile", ABOUT),
                new ObjectMapper().convertValue(line, Map.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0085b", "a\u2028b", "a\u202eb", "a\udb40\udc41b", "a\u009b31mb", "a\u007fb"})
    void escapesInJsonWhatATerminalWouldActOn(String message) throws Exception {
        String line = line("json", ABOUT, message, null);

        assertFalse(line.strip().matches("(?s).*[\\p{Cc}\\p{Cf}\u2028\u2029].*"), line);
        assertEquals(message, json(ABOUT, message, null).get("msg").asText());
    }

    @Test
    void omitsEmptyFieldsInJson() throws Exception {
        JsonNode line = json(null, "watching", null);

        assertEquals(
                List.of("ts", "level", "logger", "msg"),
                StreamSupport.stream(((Iterable<String>) line::fieldNames).spliterator(), false)
                        .toList());
    }

    @Test
    void hasTheStackTraceAsTextInJson() throws Exception {
        JsonNode line = json(ABOUT, "failed", FAILURE);

        assertTrue(line.path("error").isTextual());
        assertTrue(line.path("error").asText().startsWith(FAILURE.toString()), line::toString);
        assertTrue(line.path("error").asText().contains("Caused by: "), line::toString);
    }

    private static String text(String about, String message, Throwable failure) {
        return line("text", about, message, failure);
    }

    private static JsonNode json(String about, String message, Throwable failure) throws Exception {
        String line = line("json", about, message, failure);
        assertEquals(line.length() - 1, line.indexOf('\n'), line);
        return new ObjectMapper().readTree(line);
    }

    private static String line(String format, String about, String message, Throwable failure) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName("routes.report-events");
        event.setLevel(Level.WARN);
        event.setMessage(message);
        event.setMDCPropertyMap(about == null ? Map.of() : Map.of("clusterprofile", about));
        event.setInstant(Instant.parse("2026-11-22T10:00:00.123Z"));
        if (failure != null) {
            event.setThrowableProxy(new ThrowableProxy(failure));
        }
        return new String(console(format).getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    private static ConsoleAppender<ILoggingEvent> console(String format) {
        LoggerContext context = new LoggerContext();
        System.setProperty(LogConfiguration.FORMAT, format);
        try {
            new LogConfiguration().configure(context);
        } finally {
            System.clearProperty(LogConfiguration.FORMAT);
        }
        return (ConsoleAppender<ILoggingEvent>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
    }
}
