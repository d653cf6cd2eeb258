package io.projectsveltos.clusterinventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.testing.CommandLineRun;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --lib}: a component from a jar that is not on the class path. */
class JarFolderTest {

    private static final Map<String, String> SOURCES = Map.of(
            "extra/Greeting.java",
            "package extra; public class Greeting { public String text() { return \"hello\"; } }",
            "extra/HelloComponent.java",
            """
            package extra;
            public class HelloComponent extends org.apache.camel.support.DefaultComponent {
                @Override
                protected org.apache.camel.Endpoint createEndpoint(
                        String uri, String remaining, java.util.Map<String, Object> parameters) throws Exception {
                    return getCamelContext().getEndpoint("log:" + new Greeting().text());
                }
            }
            """);

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    private Path directory;

    private Path route;
    private Path jars;

    @BeforeEach
    void compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        for (Map.Entry<String, String> source : SOURCES.entrySet()) {
            Path file = directory.resolve(source.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
        }
        Stream<String> files =
                SOURCES.keySet().stream().map(name -> directory.resolve(name).toString());
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertEquals(
                0,
                compiler.run(
                        null,
                        null,
                        null,
                        Stream.concat(Stream.of("-cp", classPath), files).toArray(String[]::new)));
        jars = Files.createDirectory(directory.resolve("jars"));
        route = Files.writeString(directory.resolve("hello.camel.yaml"), """
                - route:
                    from:
                      uri: direct:access-provider-hello
                      steps:
                        - to: { uri: "hello:x" }
                """);
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Test
    void addsAComponent() throws IOException {
        jar("component.jar", "extra/HelloComponent.class");
        jar("library.jar", "extra/Greeting.class");

        assertEquals(List.of(), faults("--lib=" + jars));
    }

    @Test
    void namesTheClassThatIsMissing() throws IOException {
        jar("component.jar", "extra/HelloComponent.class");

        assertEquals(
                List.of(
                        "the class extra.Greeting is missing: the folder of --lib does not have all jars that a component"
                                + " uses; fill it as docs/class-path.md shows"),
                faults("--lib=" + jars));
    }

    @Test
    void isNeededForTheComponent() {
        assertEquals(List.of("Camel has no component hello: correct the name"), faults());
    }

    @Test
    void refusesAFolderWithoutJars() {
        CommandLineRun run = CommandRunner.run("check", "--lib=" + jars);

        assertEquals(2, run.code());
        assertEquals("clusterinventory-camel: --lib: there is no jar in " + jars + "\n", run.err());
    }

    private List<String> faults(String... flags) {
        CommandLineRun run =
                CommandRunner.run(Stream.concat(Stream.of("check", "-o=json", "--routes=" + route), Stream.of(flags))
                        .toArray(String[]::new));
        return run.json()
                .at("/check/findings")
                .valueStream()
                .map(finding -> finding.path("message").asText())
                .toList();
    }

    private void jar(String name, String type) throws IOException {
        try (OutputStream file = Files.newOutputStream(jars.resolve(name));
                JarOutputStream jar = new JarOutputStream(file)) {
            jar.putNextEntry(new ZipEntry(type));
            Files.copy(directory.resolve(type), jar);
            jar.putNextEntry(new ZipEntry("META-INF/services/org/apache/camel/component/hello"));
            jar.write("class=extra.HelloComponent\n".getBytes());
        }
    }
}
