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
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference tables in {@code docs} are complete, and no link of a page is broken. */
class DocumentationTest {

    private static final Properties SETTINGS = settings();

    private static final Pattern RELATIVE_LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:IT|Test))(?:#(\\w+))?`");
    /** Such as {@code | P1 | ...}. */
    private static final Pattern NUMBERED_ROW = Pattern.compile("(?m)^\\| [A-Z]\\d+ \\|.*$");

    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");

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

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> root = Files.list(Path.of(""));
                Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(root, docs).filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksToFilesAndHeadingsThatExist(Path page) {
        assertEquals(
                List.of(),
                RELATIVE_LINK
                        .matcher(prose(page))
                        .results()
                        .filter(link -> !exists(page, link.group(1), link.group(2)))
                        .map(MatchResult::group)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void namesTestsThatExist(Path page) {
        assertEquals(
                List.of(),
                TEST.matcher(prose(page))
                        .results()
                        .filter(test -> !isTest(test.group(1), test.group(2)))
                        .map(MatchResult::group)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reliability.md", "threat-model.md"})
    void namesATestInEachNumberedRow(String page) {
        List<String> rows = NUMBERED_ROW
                .matcher(prose(Path.of("docs", page)))
                .results()
                .map(MatchResult::group)
                .toList();

        assertFalse(rows.isEmpty());
        assertEquals(
                List.of(), rows.stream().filter(row -> !TEST.matcher(row).find()).toList());
    }

    /** Whether there is such a test class, with such a method unless that is null. */
    private static boolean isTest(String name, String method) {
        try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
            Optional<Path> source =
                    sources.filter(file -> file.endsWith(name + ".java")).findFirst();
            return source.isPresent()
                    && (method == null || Files.readString(source.get()).contains("void " + method + "("));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean exists(Path page, String file, String anchor) {
        Path target = file.isEmpty() ? page : page.resolveSibling(file);
        return Files.exists(target) && (anchor == null || anchors(target).contains(anchor));
    }

    /** The anchors that GitHub gives the headings of a page. */
    private static List<String> anchors(Path page) {
        return HEADING.matcher(prose(page))
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\w -]", "").replace(' ', '-'))
                .toList();
    }

    /** A page without its code blocks: a comment in one looks like a heading. */
    private static String prose(Path page) {
        try {
            return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
