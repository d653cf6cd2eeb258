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
 * Reads the output of a plugin as client-go's decoder does ({@code codecs.UniversalDecoder} in plugin/pkg/client/auth/exec):
 * JSON if it starts with a brace, else YAML. The result is JSON of a single object, which a data format cannot fail on: its
 * exception would quote the credential.
 */
public final class ExecCredentialReader {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Go would merge the values of duplicate keys
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    /**
     * @param output bytes with JSON or YAML, or a map, which custom provider routes may return
     * @throws ReconcileFailure when it is not a single object
     */
    public String toJson(@Body Object output) {
        try {
            JsonNode document = output instanceof Map<?, ?> map ? JSON.valueToTree(map) : read((byte[]) output);
            if (document.isObject()) {
                return JSON.writeValueAsString(document);
            }
        } catch (JsonProcessingException | UnreadableException | IllegalArgumentException e) {
            // same as below: the parser's messages quote the output
        }
        throw ExecCredentialValidator.invalid("is not a single object in JSON or YAML");
    }

    /**
     * Whether something is an ExecCredential by its kind.
     *
     * @param output bytes with JSON or YAML, or a map
     * @return false for everything else, such as text that cannot be read
     */
    public static boolean isExecCredential(Object output) {
        if (output instanceof Map<?, ?> map) {
            return ExecCredentialValidator.KIND.equals(map.get("kind"));
        }
        try {
            return output instanceof byte[] bytes
                    // most kubeconfigs do not contain the word, and need not be parsed twice
                    && new String(bytes, StandardCharsets.UTF_8).contains(ExecCredentialValidator.KIND)
                    && ExecCredentialValidator.KIND.equals(
                            read(bytes).path("kind").textValue());
        } catch (JsonProcessingException | UnreadableException e) {
            return false;
        }
    }

    private static JsonNode read(byte[] output) throws JsonProcessingException, UnreadableException {
        String text = new String(output, StandardCharsets.UTF_8);
        return text.stripLeading().startsWith("{") ? JSON.readTree(text) : GoYaml.readSingle(output);
    }
}
