package io.projectsveltos.clusterinventory.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * What a command has printed.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error
 */
public record CommandLineRun(int code, String out, String err) {

    private static final Path DOCUMENT = Path.of("docs/commands.md");
    private static final Path SCHEMA = Path.of("docs/commands.schema.json");

    /**
     * Asserts that {@code docs/commands.md} has this answer, with other times and possibly other line breaks.
     *
     * @param folder what the document does not name
     */
    public void assertDocumented(Path folder) throws IOException {
        String answer = out.replace(folder + "/", "")
                .replaceAll("\\d+[smh](\\s+)ago", "5s$1ago")
                .replaceAll(" \\(\\d+ times\\)", "")
                .replaceAll("in \\d+[smh]", "in 9m")
                .replaceAll("\\d+ ms", "1 ms")
                .lines()
                .map(line -> ("    " + line).stripTrailing())
                .collect(Collectors.joining("\n"));
        if (!words(Files.readString(DOCUMENT)).contains(words(answer))) {
            throw new AssertionError("not in " + DOCUMENT + ":\n" + answer + "\n ==> expected");
        }
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** The answer as JSON, which the published schema allows. */
    public JsonNode json() {
        try (InputStream schema = Files.newInputStream(SCHEMA)) {
            JsonNode answer = new ObjectMapper().readTree(out);
            var faults = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                    .getSchema(schema)
                    .validate(answer);
            if (!faults.isEmpty()) {
                throw new AssertionError(faults + "\n" + out);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
