package io.projectsveltos.clusterinventory.registration;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ProfileInputs;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.registration.ProfileTemplate.Field;
import io.projectsveltos.clusterinventory.registration.ProfileTemplate.Part;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The registration file: how the clusters of which access providers are registered without a kubeconfig. */
public final class Registrations {

    private final List<Registration> registrations;

    private Registrations(List<Registration> registrations) {
        this.registrations = registrations;
    }

    /**
     * Reads the registration file.
     *
     * @param file the path; empty for no registrations
     * @return the registrations
     * @throws IllegalArgumentException with one line that says what is wrong and where
     */
    public static Registrations read(String file) {
        return new Registrations(RegistrationFile.read(file));
    }

    /**
     * The access providers that have a registration.
     *
     * @return their names, in the order of the file
     */
    public List<String> names() {
        return registrations.stream().map(Registration::name).toList();
    }

    /**
     * What the registrations read of a profile.
     *
     * @return the fields that have to be kept of all profiles
     */
    public ProfileInputs inputs() {
        List<Part> references = registrations.stream()
                .flatMap(registration -> registration.fields().values().stream())
                .flatMap(template -> template.references().stream())
                .toList();
        Set<String> properties = references.stream()
                .filter(part -> part.field() == Field.PROPERTY)
                .map(Part::text)
                .collect(Collectors.toUnmodifiableSet());
        return new ProfileInputs(
                properties.isEmpty() ? null : properties::contains,
                references.stream().anyMatch(part -> part.field() == Field.VERSION),
                references.stream().anyMatch(part -> part.field() == Field.CLUSTER_MANAGER));
    }

    /**
     * How the cluster of a profile is registered.
     *
     * @param profile the profile
     * @param entry its entry for an access provider that has a registration; its cluster is valid
     * @return the workload identity
     * @throws ReconcileFailure if the profile lacks a field that the registration needs, or the entry cannot be used with
     *     workload identity
     */
    public WorkloadIdentity workloadIdentity(ClusterProfile profile, AccessProvider entry) {
        return registrations.stream()
                .filter(registration -> registration.name().equals(entry.name()))
                .findFirst()
                .orElseThrow()
                .resolve(profile, entry);
    }
}
