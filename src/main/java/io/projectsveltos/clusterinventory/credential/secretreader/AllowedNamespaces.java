package io.projectsveltos.clusterinventory.credential.secretreader;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From which namespaces a profile may have a Secret copied. Whoever writes a profile's status decides which Secret is
 * copied, so this is what keeps him from the Secrets of others.
 */
public final class AllowedNamespaces {

    private static final String ANY = "*";
    private static final String SAME = "same";

    private final Set<String> allowed;

    /**
     * Reads the setting.
     *
     * @param setting {@code *} for any, {@code same} for the profile's own, or names separated by commas, of which
     *     {@code same} may be one
     */
    public AllowedNamespaces(String setting) {
        allowed = Stream.of(setting.split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException(
                    "secretreader.namespaces is empty: give *, same, or names separated by commas");
        }
    }

    boolean allow(String namespace, String ownNamespace) {
        return allowed.contains(ANY)
                || allowed.contains(namespace)
                || allowed.contains(SAME) && namespace.equals(ownNamespace);
    }
}
