package io.projectsveltos.clusterinventory.registration;

import io.projectsveltos.clusterinventory.settings.ConfigurationFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The file that says how clusters are registered ({@code --registration-file}), in JSON or YAML.
 *
 * @param registrations the access providers whose clusters are registered without a kubeconfig, in order of preference
 * @param rules what SveltosClusters have in addition
 */
record RegistrationFile(List<Entry> registrations, RuleEntries rules) {

    /** A name of a label, as the API server validates it. */
    private static final Pattern LABEL =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    /** Ours, and those that Sveltos sets. */
    private static final Set<String> RESERVED_LABELS =
            Set.of("clusterinventory.projectsveltos.io/managed-by", "projectsveltos.io/k8s-version", "sveltos-agent");

    /** The rules; each value may take fields of the profile. */
    record RuleEntries(Map<String, String> labels, Map<String, String> data, String shard) {}

    /** An access provider. */
    record Entry(String name, Identity workloadIdentity) {}

    /** The cloud, and the block with its name. */
    record Identity(
            CloudProvider provider, Map<String, String> aws, Map<String, String> gcp, Map<String, String> azure) {

        Map<String, String> block(CloudProvider cloud) {
            return switch (cloud) {
                case AWS -> aws;
                case GCP -> gcp;
                case Azure -> azure;
            };
        }
    }

    RegistrationFile {
        registrations = registrations == null ? List.of() : List.copyOf(registrations);
    }

    /**
     * Reads the file.
     *
     * @param file the path; empty for no registrations and no rules
     * @return what it says
     * @throws IllegalArgumentException with one line that says what is wrong and where
     */
    static Registrations read(String file) {
        if (file.isEmpty()) {
            return new Registrations(List.of(), RuleSet.NONE);
        }
        ConfigurationFile source =
                new ConfigurationFile("registration file", Path.of(file).toAbsolutePath());
        RegistrationFile read = source.read(RegistrationFile.class);
        List<Entry> entries = read.registrations();
        List<Registration> registrations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            registrations.add(registration(entries.get(i), new Place(source, "registrations[" + i + "]"), names));
        }
        return new Registrations(
                registrations, read.rules() == null ? RuleSet.NONE : rules(read.rules(), new Place(source, "rules")));
    }

    private static RuleSet rules(RuleEntries entries, Place place) {
        Map<String, ProfileTemplate> labels = templates(entries.labels(), new Place(place.file(), "rules.labels"));
        for (String name : labels.keySet()) {
            if (!LABEL.matcher(name).matches()) {
                throw place.fault("labels", "has '" + name + "', which is not the name of a label");
            }
            if (RESERVED_LABELS.contains(name)) {
                throw place.fault("labels", "has " + name + ", which this controller or Sveltos sets");
            }
        }
        return new RuleSet(
                labels,
                templates(entries.data(), new Place(place.file(), "rules.data")),
                entries.shard() == null ? null : rule(entries.shard(), "shard", place));
    }

    private static Map<String, ProfileTemplate> templates(Map<String, String> values, Place place) {
        Map<String, ProfileTemplate> templates = new TreeMap<>();
        if (values != null) {
            values.forEach((name, value) -> templates.put(name, rule(value, name, place)));
        }
        return templates;
    }

    private static ProfileTemplate rule(String value, String field, Place place) {
        ProfileTemplate template = template(value, field, place);
        template.references().stream()
                .filter(part -> part.field().isOfEntry())
                .findFirst()
                .ifPresent(part -> {
                    throw place.fault(field, "has " + part + ", but rules do not depend on an access provider");
                });
        return template;
    }

    private record Place(ConfigurationFile file, String where) {

        IllegalArgumentException fault(String field, String what) {
            return file.fault(where + "." + field, what);
        }
    }

    private static Registration registration(Entry entry, Place place, Set<String> names) {
        if (entry.name() == null || entry.name().isBlank()) {
            throw place.fault("name", "is missing");
        }
        if (!names.add(entry.name())) {
            throw place.fault("name", "'" + entry.name() + "' is used twice");
        }
        Identity identity = entry.workloadIdentity();
        if (identity == null) {
            throw place.fault("workloadIdentity", "is missing");
        }
        CloudProvider cloud = identity.provider();
        if (cloud == null) {
            throw place.fault(
                    "workloadIdentity.provider", "is missing, expected one of " + List.of(CloudProvider.values()));
        }
        for (CloudProvider other : CloudProvider.values()) {
            if (other != cloud && identity.block(other) != null) {
                throw place.fault("workloadIdentity." + other.block(), "is set, but the provider is " + cloud);
            }
        }
        Place block = new Place(place.file(), place.where() + ".workloadIdentity." + cloud.block());
        return new Registration(entry.name(), cloud, fields(cloud, identity.block(cloud), block));
    }

    private static Map<String, ProfileTemplate> fields(CloudProvider cloud, Map<String, String> block, Place place) {
        Map<String, String> values = block == null ? Map.of() : block;
        for (String required : cloud.required()) {
            if (!values.containsKey(required)) {
                throw place.fault(required, "is missing");
            }
        }
        Map<String, ProfileTemplate> fields = new TreeMap<>();
        values.forEach((field, value) -> {
            if (!cloud.hasField(field)) {
                throw place.fault(field, "is not a known field");
            }
            fields.put(field, template(value, field, place));
        });
        return fields;
    }

    private static ProfileTemplate template(String value, String field, Place place) {
        if (value.isBlank()) {
            throw place.fault(field, "is empty");
        }
        try {
            return ProfileTemplate.parse(value);
        } catch (IllegalArgumentException e) {
            throw place.fault(field, e.getMessage());
        }
    }
}
