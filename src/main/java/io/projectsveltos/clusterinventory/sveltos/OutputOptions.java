package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.credential.Renewal;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What users can choose: the metadata that a SveltosCluster copies from its profile, and the type of the Secret. */
public final class OutputOptions {

    /** Our own, and kubectl's copy of the last apply, which would be wrong on another object. */
    private static final Set<String> NEVER_COPIED = Set.of(
            ManagedMetadata.DISPLAY_NAME,
            ManagedMetadata.ACCESS_PROVIDER,
            ManagedMetadata.FINGERPRINT,
            Renewal.ANNOTATION,
            "kubectl.kubernetes.io/last-applied-configuration");

    private static final String DEFAULT_SECRET_TYPE = "Opaque";

    /** A type name by the API conventions: a qualified name, with or without a prefix. */
    private static final Pattern SECRET_TYPE =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    /** Kubernetes' own types: Kubernetes requires other keys in them, or acts on such Secrets. */
    private static final Pattern BUILT_IN_TYPE = Pattern.compile("(.*\\.)?kubernetes\\.io/.*");

    private final NamePatterns excludedLabels;
    private final NamePatterns includedAnnotations;
    private final String secretType;

    /**
     * Parses the settings.
     *
     * @param excludedLabels {@code labels.exclude}
     * @param includedAnnotations {@code annotations.include}
     * @param secretType {@code outputs.secret-type}
     * @throws IllegalArgumentException if one is invalid; the message is one line that is printed when the process exits
     */
    public OutputOptions(String excludedLabels, String includedAnnotations, String secretType) {
        this.excludedLabels = NamePatterns.parse("labels.exclude", excludedLabels);
        this.includedAnnotations = NamePatterns.parse("annotations.include", includedAnnotations);
        if (!SECRET_TYPE.matcher(secretType).matches()
                || BUILT_IN_TYPE.matcher(secretType).matches()) {
            throw new IllegalArgumentException(
                    "outputs.secret-type is '" + secretType + "', expected " + DEFAULT_SECRET_TYPE
                            + " or a type such as addons.projectsveltos.io/cluster-profile; types of kubernetes.io require other keys");
        }
        this.secretType = secretType;
    }

    /** The labels of the SveltosCluster: those of the profile that are not excluded, and our own. */
    Map<String, String> labels(ClusterProfile profile) {
        Map<String, String> labels = new HashMap<>(profile.getLabels());
        labels.keySet().removeIf(excludedLabels::match);
        labels.put(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER);
        return labels;
    }

    /** The labels of the profile that its SveltosCluster does not have. */
    Set<String> excludedLabels(ClusterProfile profile) {
        return profile.getLabels().keySet().stream()
                .filter(excludedLabels::match)
                .filter(label -> !label.equals(ManagedMetadata.MANAGED_BY))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The annotations of the SveltosCluster: those of the profile that are included, and our own. */
    Map<String, String> annotations(ClusterProfile profile) {
        Map<String, String> annotations = new HashMap<>(profile.getAnnotations());
        annotations.keySet().removeIf(name -> !includedAnnotations.match(name) || NEVER_COPIED.contains(name));
        if (!profile.getDisplayName().isEmpty()) {
            annotations.put(ManagedMetadata.DISPLAY_NAME, profile.getDisplayName());
        }
        return annotations;
    }

    /** The type of new managed Secrets, or null for the default of the API server. */
    String secretType() {
        return secretType.equals(DEFAULT_SECRET_TYPE) ? null : secretType;
    }
}
