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
import java.util.stream.Stream;

/** The registration file: which clusters are registered without a kubeconfig, and what SveltosClusters have in addition. */
public final class Registrations {

    private final List<Registration> registrations;

    private final RuleSet rules;

    Registrations(List<Registration> registrations, RuleSet rules) {
        this.registrations = List.copyOf(registrations);
        this.rules = rules;
    }

    /**
     * Reads the registration file.
     *
     * @param file the path; empty for no registrations and no rules
     * @return the registrations
     * @throws IllegalArgumentException with one line that says what is wrong and where
     */
    public static Registrations read(String file) {
        return RegistrationFile.read(file);
    }

    RuleSet rules() {
        return rules;
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
     * What the registrations and rules read of a profile.
     *
     * @return the fields that have to be kept of all profiles
     */
    public ProfileInputs inputs() {
        Stream<ProfileTemplate> ofRegistrations =
                registrations.stream().flatMap(registration -> registration.fields().values().stream());
        List<Part> references = Stream.concat(ofRegistrations, rules.templates())
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
