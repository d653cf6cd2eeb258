package io.projectsveltos.clusterinventory.registration;

import io.projectsveltos.clusterinventory.settings.ConfigurationFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The file that says how clusters are registered ({@code --registration-file}), in JSON or YAML.
 *
 * @param registrations the access providers whose clusters are registered without a kubeconfig, in order of preference
 */
record RegistrationFile(List<Entry> registrations) {

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
     * @param file the path; empty for no registrations
     * @return the registrations
     * @throws IllegalArgumentException with one line that says what is wrong and where
     */
    static List<Registration> read(String file) {
        if (file.isEmpty()) {
            return List.of();
        }
        ConfigurationFile source =
                new ConfigurationFile("registration file", Path.of(file).toAbsolutePath());
        List<Entry> entries = source.read(RegistrationFile.class).registrations();
        List<Registration> registrations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            registrations.add(registration(entries.get(i), new Place(source, "registrations[" + i + "]"), names));
        }
        return registrations;
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
            if (value.isBlank()) {
                throw place.fault(field, "is empty");
            }
            fields.put(field, template(value, field, place));
        });
        return fields;
    }

    private static ProfileTemplate template(String value, String field, Place place) {
        try {
            return ProfileTemplate.parse(value);
        } catch (IllegalArgumentException e) {
            throw place.fault(field, e.getMessage());
        }
    }
}
