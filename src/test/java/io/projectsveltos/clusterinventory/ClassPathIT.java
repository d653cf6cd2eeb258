package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is on the class path of the packaged jar, as {@code docs/class-path.md} lists it. */
class ClassPathIT {

    private static final Path JAR = Path.of("target/clusterinventory-camel.jar");
    private static final Path PAGE = Path.of("docs/class-path.md");
    private static final String SERVICES = "META-INF/services/org/apache/camel/";

    /** The kinds of parts that a route names, in the order of the columns. */
    private static final List<String> KINDS = List.of("component", "language", "dataformat");

    @Test
    void theTableListsEachComponentLanguageAndDataFormat() throws IOException {
        String expected = String.join("\n", rows());

        String page = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `") && line.contains(".jar`"))
                .collect(Collectors.joining("\n"));

        assertEquals(expected, page, "replace the rows of " + PAGE);
    }

    /** The first jar with a part is the one that Camel uses, so only that one lists it. */
    private static List<String> rows() throws IOException {
        Set<String> seen = new HashSet<>();
        List<String> rows = new ArrayList<>();
        for (Path path : classPath()) {
            try (JarFile jar = new JarFile(path.toFile())) {
                List<String> cells = KINDS.stream()
                        .map(kind -> services(jar, kind)
                                .filter(service -> seen.add(kind + service))
                                .map(service -> "`" + service + "`")
                                .collect(Collectors.joining(", ")))
                        .toList();
                if (cells.stream().anyMatch(cell -> !cell.isEmpty())) {
                    rows.add(("| `" + path.getFileName().toString().replaceAll("-[\\d.]+jar$", ".jar") + "` | "
                                    + String.join(" | ", cells) + " |")
                            .replace("  ", " "));
                }
            }
        }
        return rows;
    }

    private static Stream<String> services(JarFile jar, String kind) {
        String folder = SERVICES + kind + "/";
        return jar.stream()
                .map(entry -> entry.getName())
                .filter(name -> name.startsWith(folder) && !name.endsWith("/"))
                .map(name -> name.substring(folder.length()))
                // their client is left out
                .filter(name -> !name.startsWith("openshift-"))
                .sorted();
    }

    /** As {@code java -jar} reads it: a folder may have jars of earlier builds. */
    private static List<Path> classPath() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            String others = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return Stream.concat(Stream.of(JAR), Stream.of(others.split(" ")).map(JAR::resolveSibling))
                    .toList();
        }
    }
}
