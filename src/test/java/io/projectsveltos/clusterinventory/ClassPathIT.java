package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is on the class path of the packaged jar, as {@code docs/class-path.md} lists it. */
class ClassPathIT {

    private static final Path JAR = Path.of("target/clusterinventory-camel.jar");
    private static final Path PAGE = Path.of("docs/class-path.md");
    private static final Path PRESENT = Path.of("kubernetes/examples/lib/present/pom.xml");
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

    /** The pom of {@code kubernetes/examples/lib} leaves out what the controller has. */
    @Test
    void thePomOfFurtherJarsKnowsEachJarThatIsThere() throws IOException {
        String before = Files.readString(PRESENT);
        String expected = before.replaceAll(
                "(?s)(<!-- begin -->\n).*(      <!-- end -->)",
                "$1" + Matcher.quoteReplacement(managedDependencies()) + "$2");
        Path generated = Files.writeString(Path.of("target", "present-pom.xml"), expected);

        assertEquals(expected, before, "copy " + generated + " to " + PRESENT);
    }

    private static String managedDependencies() throws IOException {
        List<Path> jars = classPath().stream()
                .skip(1)
                .map(jar -> ofRepository(jar.getFileName()))
                .toList();
        Path root = root(jars);
        StringBuilder dependencies = new StringBuilder();
        for (Path jar : jars) {
            Path version = jar.getParent();
            Path artifact = version.getParent();
            dependencies.append("""
                          <dependency>
                            <groupId>%s</groupId>
                            <artifactId>%s</artifactId>
                            <version>%s</version>
                            <scope>provided</scope>
                          </dependency>
                    """.formatted(
                            root.relativize(artifact.getParent()).toString().replace(File.separator, "."),
                            artifact.getFileName(),
                            version.getFileName()));
        }
        return dependencies.toString();
    }

    private static Path ofRepository(Path name) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.endsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name));
    }

    /** The local repository: groups have no first word in common. */
    private static Path root(List<Path> jars) {
        return Stream.iterate(jars.get(0), Path::getParent)
                .filter(folder -> jars.stream().allMatch(jar -> jar.startsWith(folder)))
                .findFirst()
                .orElseThrow();
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
