package io.projectsveltos.clusterinventory.settings;

import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.util.TimeUtils;

/** The settings of {@code application.properties}, as flags and environment variables have changed them. */
public record Settings(CamelContext context) {

    public String text(String name) {
        return context.getPropertiesComponent().resolveProperty(name).orElse("").trim();
    }

    public Duration duration(String name) {
        try {
            return Duration.ofMillis(TimeUtils.toMilliSeconds(text(name)));
        } catch (RuntimeException e) {
            // of several kinds, none of which says what is wrong
            throw new IllegalArgumentException(name + " is " + text(name) + ", expected a duration such as 30s or 10m");
        }
    }

    public boolean flag(String name) {
        return switch (text(name)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name + " is " + text(name) + ", expected true or false");
        };
    }

    public int number(String name) {
        try {
            return Integer.parseInt(text(name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is " + text(name) + ", expected a number");
        }
    }
}
