package io.projectsveltos.clusterinventory.credential.secretreader;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The namespaces from which a profile's Secret may be copied. A user who can write a profile's status decides which Secret
 * is copied; this setting keeps that user away from other Secrets.
 */
public final class AllowedNamespaces {

    private static final String ANY = "*";
    private static final String SAME = "same";

    private final Set<String> allowed;

    /**
     * @param setting {@code *} for any namespace, {@code same} for the profile's own, or names separated by commas, which
     *     may include {@code same}
     */
    public AllowedNamespaces(String setting) {
        allowed = Stream.of(setting.split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException(
                    "secretreader.namespaces is empty: set it to *, same, or names separated by commas");
        }
    }

    boolean contains(String namespace, String profileNamespace) {
        return allowed.contains(ANY)
                || allowed.contains(namespace)
                || allowed.contains(SAME) && namespace.equals(profileNamespace);
    }
}
