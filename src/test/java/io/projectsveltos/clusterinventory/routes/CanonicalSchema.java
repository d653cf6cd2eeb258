package io.projectsveltos.clusterinventory.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Camel's schema of its YAML DSL, without the shorthand that Camel has deprecated. */
final class CanonicalSchema {

    private final JsonSchema schema;

    CanonicalSchema() {
        try (InputStream file = CanonicalSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            JsonNode content = new ObjectMapper().readTree(file);
            JsonNode definitions = content.at("/items/definitions");
            Set<String> languages = languages(definitions);
            definitions.forEach(definition -> {
                removeText(definition);
                removeLanguages(definition.path("properties"), languages);
            });
            schema = JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> languages(JsonNode definitions) {
        JsonNode forms = definitions
                .path("org.apache.camel.model.language.ExpressionDefinition")
                .at("/anyOf/0/oneOf");
        return StreamSupport.stream(forms.spliterator(), false)
                .map(form -> form.at("/required/0").asText())
                .collect(Collectors.toSet());
    }

    /** As in {@code to: direct:x}. */
    private static void removeText(JsonNode definition) {
        for (Iterator<JsonNode> forms = definition.path("oneOf").elements(); forms.hasNext(); ) {
            if (forms.next().path("type").asText().equals("string")) {
                forms.remove();
            }
        }
    }

    /** As in {@code setBody: {simple: ...}}; the canonical form has {@code expression} in between. */
    private static void removeLanguages(JsonNode properties, Set<String> languages) {
        if (properties.has("expression")) {
            ((ObjectNode) properties).remove(languages);
        }
    }

    /**
     * What is wrong with the content of a file.
     *
     * @return the faults farthest down, which say what it is: one fault has each form that an expression can take complain
     */
    List<String> faults(JsonNode content) {
        Set<ValidationMessage> faults = schema.validate(content);
        int depth = faults.stream().mapToInt(CanonicalSchema::depth).max().orElse(0);
        return faults.stream()
                .filter(fault -> depth(fault) == depth)
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private static int depth(ValidationMessage fault) {
        return fault.getInstanceLocation().getNameCount();
    }
}
