package io.projectsveltos.clusterinventory.clusterprofile;

import com.fasterxml.jackson.databind.DeserializationContext;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What is kept of a profile in addition to what all profiles need. All profiles are in memory, so a field that no
 * registration reads is skipped.
 *
 * @param properties the names of {@code status.properties} that are kept
 * @param version whether {@code status.version.kubernetes} is kept
 * @param clusterManager whether {@code spec.clusterManager.name} is kept
 */
public record ProfileInputs(Predicate<String> properties, boolean version, boolean clusterManager) {

    /** The attribute of the deserialization context with a {@link Supplier} of them; without it, {@link #NONE}. */
    public static final String ATTRIBUTE = "clusterprofile.inputs";

    /** Nothing in addition. */
    public static final ProfileInputs NONE = new ProfileInputs(null, false, false);

    /** All that can be kept. */
    public static final ProfileInputs ALL = new ProfileInputs(name -> true, true, true);

    static ProfileInputs of(DeserializationContext context) {
        return context.getAttribute(ATTRIBUTE) instanceof Supplier<?> supplier
                        && supplier.get() instanceof ProfileInputs inputs
                ? inputs
                : NONE;
    }

    boolean keepStatus(String field) {
        return switch (field) {
            case "properties" -> properties != null;
            case "version" -> version;
            default -> false;
        };
    }
}
