package io.projectsveltos.clusterinventory;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a build takes from elsewhere is named by a digest or a version, and what it makes has one version. */
class PinsTest {

    private static final String DIGEST = "@sha256:[0-9a-f]{64}";

    @Test
    void actionsArePinnedToACommitWithTheirVersionNextToIt() throws IOException {
        List<String> actions;
        try (Stream<Path> workflows = Files.list(Path.of(".github/workflows"))) {
            actions = find("uses: (?!\\./)(.*)", workflows.map(PinsTest::read).collect(joining("\n")));
        }

        assertFalse(actions.isEmpty());
        for (String action : actions) {
            assertTrue(action.matches("[\\w/-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+"), action);
        }
    }

    @Test
    void baseImagesArePinnedToADigestAndBothBuildsUseTheSame() {
        List<String> inContainerfile = find("ARG \\w+=(.*)", read(Path.of("Containerfile")));
        List<String> inPom = find("<image.base>(.*)</image.base>", read(Path.of("pom.xml")));

        assertEquals(2, inContainerfile.size());
        for (String image : inContainerfile) {
            assertTrue(image.matches("[\\w./-]+:[\\w.-]+" + DIGEST), image);
        }
        assertEquals(List.of(inContainerfile.get(1)), inPom);
    }

    @Test
    void vulnerabilitiesThatTheScanAcceptsAreInSecurityMd() {
        List<String> accepted = find("vulnerability: (\\S+)", read(Path.of(".ci/grype.yaml")));

        assertFalse(accepted.isEmpty());
        accepted.forEach(id -> assertTrue(read(Path.of("SECURITY.md")).contains(id), id));
    }

    @Test
    void manifestsAndDocsNameTheVersionThatIsBuilt() throws IOException {
        String version =
                find("(?m)^  <version>(.*)</version>", read(Path.of("pom.xml"))).get(0);
        List<Path> files;
        try (Stream<Path> root = Files.list(Path.of(""));
                Stream<Path> docs = Files.list(Path.of("docs"));
                Stream<Path> manifests = Files.walk(Path.of("kubernetes"))) {
            files = Stream.of(root.filter(file -> file.toString().matches("Containerfile|.*\\.md")), docs, manifests)
                    .flatMap(all -> all)
                    .filter(Files::isRegularFile)
                    .toList();
        }

        for (Path file : files) {
            for (String named : find("clusterinventory-camel(?::|, newTag: )v?(\\d+\\.\\d+\\.\\d+)", read(file))) {
                assertEquals(version, named, file.toString());
            }
        }
        assertEquals(
                List.of(version, version),
                find("(?m)^(?:appV|v)ersion: (.*)$", read(Path.of("charts/clusterinventory-camel/Chart.yaml"))));
        assertEquals(List.of(version), find("newTag: (.*)", read(Path.of("kubernetes/base/kustomization.yaml"))));
    }

    private static List<String> find(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map(match -> match.group(1).strip())
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
