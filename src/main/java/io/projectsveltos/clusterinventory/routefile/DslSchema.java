package io.projectsveltos.clusterinventory.routefile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Camel's schema of its YAML DSL. Two things are left to Camel, which accepts more than the schema: a number or a boolean
 * may be a text such as a placeholder, and so may a value of an enumeration.
 */
final class DslSchema {

    private static final Set<String> SCALARS = Set.of("string", "number", "integer", "boolean");

    private final JsonNode content;
    private final JsonSchema schema;

    DslSchema() {
        try (InputStream file = DslSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            content = new ObjectMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        relax(content);
        // most of it is never needed, and would take gigabytes
        SchemaValidatorsConfig asNeeded =
                SchemaValidatorsConfig.builder().preloadJsonSchema(false).build();
        schema = JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(content, asNeeded);
    }

    private static void relax(JsonNode node) {
        if (node instanceof ObjectNode object && node.path("deprecated").isBoolean()) {
            // not of this version of JSON schema: there would be a warning
            object.remove("deprecated");
        }
        if (node instanceof ObjectNode object
                && SCALARS.contains(node.path("type").asText())) {
            object.remove("enum");
            object.putArray("type").add("string").add("number").add("boolean");
        }
        if (node.path("deprecated").isBoolean()) {
            // the library warns of a keyword that it does not know
            ((ObjectNode) node).remove("deprecated");
        }
        node.forEach(DslSchema::relax);
    }

    Set<ValidationMessage> faults(JsonNode file) {
        return schema.validate(file);
    }

    /** The names that are known where a fault is. */
    Collection<String> known(ValidationMessage fault) {
        String pointer = fault.getSchemaLocation().getFragment().toString();
        JsonNode properties = content.at(pointer.substring(0, pointer.lastIndexOf('/')) + "/properties");
        return List.copyOf(
                properties.propertyStream().map(entry -> entry.getKey()).toList());
    }
}
