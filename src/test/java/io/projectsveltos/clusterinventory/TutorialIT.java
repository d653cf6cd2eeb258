package io.projectsveltos.clusterinventory;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.projectsveltos.clusterinventory.apiserver.Kubectl;
import io.projectsveltos.clusterinventory.apiserver.RealApiServer;
import io.projectsveltos.clusterinventory.testing.Manifests;
import io.projectsveltos.clusterinventory.testing.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/tutorial-access-provider.md, step by step: its files are written, its commands run, and print what it says. */
@Timeout(600)
class TutorialIT {

    private static final Path PAGE = Path.of("docs/tutorial-access-provider.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(yaml|console) ?(\\S*)\n(.*?)^```$");
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\$ (.*)\n((?:[^$].*\n|\n)*)");

    /** Where the page has the service. */
    private static final String PORT = "8099";

    /** Commands whose answer changes while the controller works. */
    private static final Pattern READ = Pattern.compile("kubectl .*(get|events) .*|.* explain .*");

    @AutoClose
    private final RealApiServer server = RealApiServer.start();

    @TempDir
    private Path directory;

    private HttpServer service;
    private Shell shell;

    @Test
    void doesWhatItSays() throws IOException {
        createNamespace(Manifests.NAMESPACE);
        Path checkout = Files.createSymbolicLink(
                directory.resolve("clusterinventory-camel"), Path.of("").toAbsolutePath());
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", this::serveFile);
        service.start();
        try (Shell bash = Shell.start(directory, environment())) {
            shell = bash;
            // the files are served by this test, also where there is no Python
            shell.run("python3() { :; }");
            run(Files.readString(PAGE)
                    .replace(PORT, "" + service.getAddress().getPort())
                    // several controllers run on one machine
                    .replace("> controller.log", "--health-addr=0 --diagnostics-address=0 > controller.log"));
        } finally {
            service.stop(0);
            // the extension that deletes the folder warns of links that leave it
            Files.delete(checkout);
        }
    }

    private Map<String, String> environment() {
        String path = Stream.of(
                        Path.of(System.getProperty("java.home"), "bin"),
                        Kubectl.find().program().getParent())
                .map(Path::toString)
                .collect(Collectors.joining(":"));
        return Map.of("KUBECONFIG", server.kubeconfigFile().toString(), "PATH", path + ":" + System.getenv("PATH"));
    }

    private void createNamespace(String name) {
        server.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private void serveFile(HttpExchange exchange) throws IOException {
        Path file = directory.resolve("my-tokens/service" + exchange.getRequestURI());
        byte[] body = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        exchange.sendResponseHeaders(Files.exists(file) ? 200 : 404, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void run(String page) throws IOException {
        List<String> files = new ArrayList<>();
        for (var block : BLOCK.matcher(page).results().toList()) {
            if (block.group(1).equals("yaml")) {
                files.add(block.group(2));
                Files.writeString(directory.resolve("my-tokens").resolve(block.group(2)), block.group(3));
            } else {
                COMMAND.matcher(block.group(3)).results().forEach(command -> run(command.group(1), command.group(2)));
            }
        }
        assertEquals(5, files.size(), "files in " + files);
    }

    private void run(String command, String expected) {
        if (READ.matcher(command).matches()) {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertPrints(command, expected, shell.run(command)));
        } else {
            assertPrints(command, expected, shell.run(command));
        }
    }

    private static void assertPrints(String command, String expected, Shell.Run run) {
        if (expected.isEmpty()) {
            assertEquals(0, run.code(), () -> "$ " + command + "\n" + run.out());
        }
        String printed = words(run.out());
        String pattern = Stream.of(words(expected).split("\\.\\.\\.", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        assertTrue(
                expected.isEmpty() || printed.matches(pattern),
                () -> PAGE + " does not say what this prints:\n$ " + command + "\n" + run.out());
    }

    /** With other times and sizes, and other line breaks. */
    private static String words(String text) {
        return text.replaceAll("(\\d+(ms|[smh]))+\\b", "0s")
                .replaceAll("\\d+", "0")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
