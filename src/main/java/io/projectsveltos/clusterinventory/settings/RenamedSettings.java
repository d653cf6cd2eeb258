package io.projectsveltos.clusterinventory.settings;

import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.spi.PropertiesComponent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings that had another name before. {@code application.properties} still reads the old name, wherever it is set, as
 * the default of the new one; so a value under the new name wins.
 */
public final class RenamedSettings {

    /** The new names by the old ones. */
    static final Map<String, String> NEW_NAMES = new TreeMap<>(Map.of(
            "events.wait-worth-telling", "events.slow-deletion-after",
            "refresh.check-period", "refresh.check-interval",
            "refresh.minimum", "refresh.min-interval"));

    private static final Logger LOG = LoggerFactory.getLogger(RenamedSettings.class);

    private RenamedSettings() {}

    /**
     * Logs a warning for each setting that is set under its old name.
     *
     * @param properties the settings
     */
    public static void warn(PropertiesComponent properties) {
        NEW_NAMES.forEach((before, now) -> {
            if (properties.resolveProperty(before).isPresent()) {
                LOG.warn(
                        "The setting {} is called {} now. Rename it where it is set: a later version will not read the old"
                                + " name, and this one reads it only if the new name is not set",
                        before,
                        now);
            }
        });
    }
}
