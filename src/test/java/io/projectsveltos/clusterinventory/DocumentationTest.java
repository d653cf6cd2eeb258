package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.failure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference tables in {@code docs} are complete. */
class DocumentationTest {

    private static final Properties SETTINGS = settings();

    static Stream<String> settingsOfOurs() {
        return SETTINGS.stringPropertyNames().stream()
                .filter(name -> !name.startsWith("camel."))
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("settingsOfOurs")
    void listsEachSettingWithItsDefault(String name) throws IOException {
        // {{other}} is documented as: as `--other`; {{old-name:value}} as the value
        String value = SETTINGS.getProperty(name)
                .replaceAll("\\{\\{[^}]*:(.*)}}", "$1")
                .replace("{{", "--")
                .replace("}}", "");

        List<String> row = row("configuration.md", name);

        assertTrue(value.isEmpty() || row.get(1).contains("`" + value + "`"), row.toString());
        assertFalse(row.get(2).isBlank());
    }

    @ParameterizedTest
    @EnumSource
    void listsEachReasonOfAnEventWithItsTypeAndWhatToDo(Reason reason) throws IOException {
        List<String> row = row("events.md", reason.name());

        assertEquals(reason.type().name(), row.get(1));
        assertFalse(row.get(3).isBlank());
    }

    /** The cells of the one table row whose first cell names a thing, as {@code `name`} or as a flag. */
    private static List<String> row(String page, String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("docs", page))) {
            List<List<String>> rows = lines.filter(line -> line.startsWith("| "))
                    .map(line -> Stream.of(line.substring(1).split("\\|"))
                            .map(String::trim)
                            .toList())
                    .filter(cells -> cells.get(0).contains("`" + name + "`")
                            || cells.get(0).contains("`--" + name + "`"))
                    .toList();
            assertEquals(1, rows.size(), name + " in " + page + ": " + rows);
            return rows.get(0);
        }
    }

    private static Properties settings() {
        Properties settings = new Properties();
        try (InputStream file = DocumentationTest.class.getResourceAsStream("/application.properties")) {
            settings.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return settings;
    }
}
