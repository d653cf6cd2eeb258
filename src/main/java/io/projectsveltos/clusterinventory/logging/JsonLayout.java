package io.projectsveltos.clusterinventory.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** One JSON object per line; fields without a value are left out. */
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
        return line.append('\n').toString();
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
