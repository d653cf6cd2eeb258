package io.projectsveltos.clusterinventory.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What an API server with the CustomResourceDefinition of ClusterProfiles stores, for tests without one. */
final class ProfileSchema {

    private static final JsonNode SCHEMA = read().at("/spec/versions/0/schema/openAPIV3Schema");
    private static final Pattern LABEL_NAME =
            Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?");

    private ProfileSchema() {}

    static boolean allows(JsonNode profile) {
        return areLabels(profile.at("/metadata/labels")) && isStorable(profile) && isValid(profile, SCHEMA);
    }

    private static boolean areLabels(JsonNode labels) {
        return labels.properties().stream()
                .allMatch(label -> LABEL_NAME.matcher(label.getKey()).matches()
                        && label.getValue().isTextual()
                        && LABEL_VALUE.matcher(label.getValue().textValue()).matches());
    }

    /** Whether it has no numbers that Go cannot read: no definition makes it possible to store them. */
    static boolean isStorable(JsonNode node) {
        return !node.isNumber() || Double.isFinite(node.doubleValue())
                ? StreamSupport.stream(node.spliterator(), false).allMatch(ProfileSchema::isStorable)
                : false;
    }

    private static boolean isValid(JsonNode value, JsonNode schema) {
        return switch (schema.path("type").asText()) {
            case "object" -> value.isObject() && isValidObject(value, schema);
            case "array" -> value.isArray() && isValidList(value, schema);
            case "boolean" -> value.isBoolean();
            case "string" -> value.isTextual() && isValidText(value.textValue(), schema);
            default -> true;
        };
    }

    private static boolean isValidObject(JsonNode value, JsonNode schema) {
        for (JsonNode name : schema.path("required")) {
            if (!value.hasNonNull(name.asText())) {
                return false;
            }
        }
        // a null is dropped where it is not allowed
        return schema.path("properties").properties().stream()
                .allMatch(property -> !value.hasNonNull(property.getKey())
                        || isValid(value.get(property.getKey()), property.getValue()));
    }

    private static boolean isValidList(JsonNode value, JsonNode schema) {
        Set<String> names = new HashSet<>();
        boolean isMap = schema.path("x-kubernetes-list-type").asText().equals("map");
        for (JsonNode item : value) {
            if (!isValid(item, schema.path("items"))
                    || isMap && !names.add(item.path("name").asText())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isValidText(String text, JsonNode schema) {
        int length = text.codePointCount(0, text.length());
        return length >= schema.path("minLength").asInt(0)
                && length <= schema.path("maxLength").asInt(Integer.MAX_VALUE)
                && (!schema.has("enum") || schema.path("enum").toString().contains("\"" + text + "\""));
    }

    private static JsonNode read() {
        Path crd = Path.of("src/test/resources/crds/clusterprofiles.multicluster.x-k8s.io.yaml");
        try (Reader yaml = Files.newBufferedReader(crd)) {
            // not with Jackson, which does not resolve aliases
            return new ObjectMapper().valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
