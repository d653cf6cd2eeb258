package io.projectsveltos.clusterinventory.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/**
 * One JSON object per line; fields without a value are left out. Names and messages contain text from profiles and API
 * servers, and a terminal may show the line: what it would not display as it is, is escaped.
 */
final class JsonLayout extends LogLayout {

    private final JsonFactory factory = new JsonFactory();

    @Override
    public String doLayout(ILoggingEvent event) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = factory.createGenerator(line)) {
            json.writeStartObject();
            write(json, "ts", time(event));
            write(json, "level", event.getLevel().toString());
            write(json, "logger", event.getLoggerName());
            write(json, "msg", message(event));
            write(json, "clusterprofile", clusterProfile(event));
            write(json, "error", stackTrace(event.getThrowableProxy()));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return escaped(line.toString()) + '\n';
    }

    /** JSON has such characters only in texts, and requires that those below U+0020 are escaped. */
    private static String escaped(String json) {
        return json.codePoints().noneMatch(LogLayout::isHidden)
                ? json
                : json.codePoints()
                        .mapToObj(c -> isHidden(c) ? escape(c) : Character.toString(c))
                        .collect(Collectors.joining());
    }

    /** A character above U+FFFF is two escapes in JSON. */
    private static String escape(int character) {
        return Character.toString(character)
                .chars()
                .mapToObj("\\u%04x"::formatted)
                .collect(Collectors.joining());
    }

    private static void write(JsonGenerator json, String field, String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    private static String stackTrace(IThrowableProxy failure) {
        return failure == null ? null : ThrowableProxyUtil.asString(failure);
    }
}
