package io.projectsveltos.clusterinventory.credential.exec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.projectsveltos.clusterinventory.credential.golang.GoYaml;
import io.projectsveltos.clusterinventory.credential.golang.UnreadableException;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Body;

/**
 * Reads what a plugin has written as client-go's decoder does ({@code codecs.UniversalDecoder} in
 * plugin/pkg/client/auth/exec): JSON when it begins with a brace, YAML otherwise. What comes out is JSON of one object that
 * a data format cannot stumble over: its errors would quote the credential.
 */
public final class ExecCredentialReader {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Go would merge the values of a key that is there twice
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    /**
     * Reads one object.
     *
     * @param output bytes that hold JSON or YAML, or the object as a map, which custom routes may give
     * @return the object in JSON
     * @throws ReconcileFailure when it is not one object and nothing else
     */
    public String toJson(@Body Object output) {
        try {
            JsonNode document = output instanceof Map<?, ?> map ? JSON.valueToTree(map) : read((byte[]) output);
            if (document.isObject()) {
                return JSON.writeValueAsString(document);
            }
        } catch (JsonProcessingException | UnreadableException | IllegalArgumentException e) {
            // as below: the messages of the parser quote the output
        }
        throw ExecCredentialValidator.invalid("is not a single object in JSON or YAML");
    }

    private static JsonNode read(byte[] output) throws JsonProcessingException, UnreadableException {
        String text = new String(output, StandardCharsets.UTF_8);
        return text.stripLeading().startsWith("{") ? JSON.readTree(text) : GoYaml.readSingle(output);
    }
}
