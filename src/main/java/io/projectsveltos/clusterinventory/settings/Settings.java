package io.projectsveltos.clusterinventory.settings;

import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.util.TimeUtils;

/** The settings of {@code application.properties}, as flags and the environment have changed them. */
public record Settings(CamelContext context) {

    public String text(String name) {
        return context.getPropertiesComponent().resolveProperty(name).orElse("").trim();
    }

    public Duration duration(String name) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(text(name)));
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
