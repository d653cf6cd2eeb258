package io.projectsveltos.clusterinventory.registration;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.Credential;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A value of the registration file, in which {@code $(...)} stands for a field of the profile, and {@code $$(} for
 * {@code $(} as in Kubernetes' own expansions.
 *
 * @param parts text and fields, in the order of the value
 */
record ProfileTemplate(List<Part> parts) {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\(|\\$\\(([^)]*)(\\)?)");

    /** What a value may refer to. */
    enum Field {
        SERVER("server", null),
        EXTENSION("extension", "NAME"),
        PROPERTY("property", "NAME"),
        LABEL("label", "NAME"),
        VERSION("version", null),
        CLUSTER_MANAGER("clusterManager", null),
        NAME("name", null),
        NAMESPACE("namespace", null),
        /** The number of one of N buckets, always the same for the same namespace and name. */
        HASH("hash", "N");

        private static final Pattern BUCKETS = Pattern.compile("[1-9][0-9]{0,3}");

        private final String word;
        private final String argument;

        Field(String word, String argument) {
            this.word = word;
            this.argument = argument;
        }

        private boolean accepts(String given) {
            return this == HASH ? BUCKETS.matcher(given).matches() : (argument == null) == given.isBlank();
        }

        /** Whether it is part of the access provider's entry, not of the profile. */
        boolean isOfEntry() {
            return this == SERVER || this == EXTENSION;
        }

        private String usage() {
            return reference(argument);
        }

        private String reference(String given) {
            return "$(" + word + (argument == null ? ")" : ":" + given + ")");
        }
    }

    /**
     * Text, or a reference.
     *
     * @param text the text, or what the reference names: the NAME of {@code $(label:NAME)}
     * @param field null for text
     */
    record Part(String text, Field field) {

        @Override
        public String toString() {
            return field == null ? text : field.reference(text);
        }
    }

    /**
     * Parses a value.
     *
     * @param text the value
     * @return the template
     * @throws IllegalArgumentException if a reference is not known; the message continues a sentence
     */
    static ProfileTemplate parse(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher references = REFERENCE.matcher(text);
        int end = 0;
        while (references.find()) {
            parts.add(new Part(text.substring(end, references.start()), null));
            parts.add(
                    references.group().startsWith("$$") ? new Part("$(", null) : reference(references.toMatchResult()));
            end = references.end();
        }
        parts.add(new Part(text.substring(end), null));
        return new ProfileTemplate(parts.stream()
                .filter(part -> part.field() != null || !part.text().isEmpty())
                .toList());
    }

    private static Part reference(MatchResult reference) {
        String[] words = reference.group(1).split(":", 2);
        String argument = words.length == 2 ? words[1] : "";
        for (Field field : Field.values()) {
            if (field.word.equals(words[0])
                    && field.accepts(argument)
                    && !reference.group(2).isEmpty()) {
                return new Part(argument, field);
            }
        }
        throw new IllegalArgumentException("has " + reference.group() + ", expected one of "
                + Stream.of(Field.values()).map(Field::usage).collect(Collectors.joining(", ")) + ", or $$( for $(");
    }

    /**
     * The references to fields.
     *
     * @return the parts that are not text
     */
    List<Part> references() {
        return parts.stream().filter(part -> part.field() != null).toList();
    }

    /**
     * The first reference to a field that the profile does not have, or that is empty or not text.
     *
     * @param entry the entry of the access provider, or null if no reference is to its fields
     * @return it, as it is written in the file
     */
    Optional<String> missing(ClusterProfile profile, AccessProvider entry) {
        return references().stream()
                .filter(part -> value(part, profile, entry) == null)
                .map(Part::toString)
                .findFirst();
    }

    /** The value for a profile that has all fields. */
    String resolve(ClusterProfile profile, AccessProvider entry) {
        return parts.stream()
                .map(part -> part.field() == null ? part.text() : value(part, profile, entry))
                .collect(Collectors.joining());
    }

    /** The value for a profile, or null if the profile lacks a field; only without references to the entry. */
    String value(ClusterProfile profile) {
        return missing(profile, null).isPresent() ? null : resolve(profile, null);
    }

    private static String value(Part part, ClusterProfile profile, AccessProvider entry) {
        Object value =
                switch (part.field()) {
                    case SERVER -> entry.cluster().get("server");
                    case EXTENSION ->
                        entry.extension(AccessProvider.EXEC_EXTENSION)
                                .map(extension -> extension.get(part.text()))
                                .orElse(null);
                    case PROPERTY -> profile.getProperty(part.text());
                    case LABEL -> profile.getLabels().get(part.text());
                    case VERSION -> profile.getKubernetesVersion();
                    case CLUSTER_MANAGER -> profile.getClusterManager();
                    case NAME -> profile.getMetadata().getName();
                    case NAMESPACE -> profile.getMetadata().getNamespace();
                    case HASH -> Integer.toString(bucket(profile.getKey(), Integer.parseInt(part.text())));
                };
        return value instanceof String text && !text.isBlank() ? text : null;
    }

    /** With a digest: {@code hashCode} of similar names is not spread evenly over few buckets. */
    private static int bucket(ObjectKey profile, int count) {
        String digest = Credential.fingerprintOf(profile.toString());
        return Integer.remainderUnsigned(HexFormat.fromHexDigits(digest, 0, Integer.BYTES * 2), count);
    }
}
