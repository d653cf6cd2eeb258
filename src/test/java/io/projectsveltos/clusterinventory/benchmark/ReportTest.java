package io.projectsveltos.clusterinventory.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Two rounds of two controllers, of which the first makes a request that the second does not. */
class ReportTest {

    private static final Metric TIME = Metric.of(Phase.CREATE, "time, to all", Metric.Unit.SECONDS);
    private static final Metric RSS = Metric.of(Phase.CREATE, "RSS", Metric.Unit.MEBIBYTES);
    private static final Metric IDLE = Metric.of(Phase.IDLE, "CPU", Metric.Unit.SECONDS);
    private static final Metric GETS = Metric.requests(Phase.CREATE, "get secrets");

    private final Samples samples = new Samples(List.of("ours", "other"));

    @BeforeEach
    void measure() {
        add("ours", 1, TIME, 2);
        add("ours", 1, GETS, 10);
        add("ours", 1, RSS, 128);
        add("ours", 1, IDLE, 0.01);
        add("other", 1, TIME, 4);
        add("other", 1, RSS, 64);
        add("other", 1, IDLE, 0);
        add("ours", 2, TIME, 6);
        add("ours", 2, RSS, 128);
        add("other", 2, TIME, 8);
    }

    @Test
    void hasATableOfMediansAndRanges() {
        assertEquals("""
                | phase | figure | ours | other |
                |---|---|---|---|
                | create | time, to all, s | 4.00 (2.00 to 6.00) | 6.00 (4.00 to 8.00) |
                |  | RSS, MiB | 128 | 64 |
                | idle | CPU, s | 0.01 | 0.00 |
                """, new MarkdownTable(samples, samples.figures(), false).toString());
    }

    @Test
    void comparesWithinEachRound() {
        assertEquals("""
                | phase | figure | ours | other | ours / other |
                |---|---|---|---|---|
                | create | time, to all, s | 4.00 (2.00 to 6.00) | 6.00 (4.00 to 8.00) | 0.63 (0.50 to 0.75) |
                |  | RSS, MiB | 128 | 64 | 2.00 |
                | idle | CPU, s | 0.01 | 0.00 |  |
                """, new MarkdownTable(samples, samples.figures(), true).toString());
    }

    @Test
    void countsAKindOfRequestThatWasNotMadeAsZero() {
        assertEquals("""
                | phase | figure | ours | other |
                |---|---|---|---|
                | requests of create | get secrets | 5 (0 to 10) | 0 |
                """, new MarkdownTable(samples, samples.requestKinds(), false).toString());
    }

    @Test
    void hasEachFigureAsCsv() {
        List<String> lines = new Csv(samples.all()).toString().lines().toList();

        assertEquals("controller,round,phase,figure,unit,value", lines.get(0));
        assertEquals("ours,1,create,\"time, to all\",s,2.000", lines.get(1));
        assertEquals("ours,1,requests of create,get secrets,,10.000", lines.get(2));
        assertEquals(1 + samples.all().size(), lines.size());
    }

    @Test
    void hasAChartWithBarsAsLongAsTheMedians() throws ParserConfigurationException, IOException, SAXException {
        Document chart = parse(new SvgChart(samples).toString());

        assertEquals(
                List.of("10.0", "10.0", "210.0", "315.0", "420.0", "210.0", "420.0", "0.0"),
                elements(chart, "rect")
                        .skip(1)
                        .map(rect -> rect.getAttribute("width"))
                        .toList());
        Set<String> texts = elements(chart, "text").map(Element::getTextContent).collect(Collectors.toSet());
        assertTrue(texts.containsAll(List.of("create: time, to all, s", "ours", "6.00", "128")), texts.toString());
        assertFalse(texts.contains("get secrets"));
    }

    @Test
    void isWrittenIntoAFolder(@TempDir Path folder) throws IOException, ParseException {
        Options options = Options.parse(
                "--output",
                folder.toString(),
                "--controller",
                "ours=java {kubeconfig}",
                "--profiles",
                "7",
                "--compare");

        new Report(options, "a machine", samples).write();

        String report = Files.readString(folder.resolve("report.md"));
        assertTrue(report.startsWith("7 profiles, 200 changes, rounds: 2."), report);
        assertTrue(report.contains("a machine"));
        assertTrue(report.contains("- ours: `java {kubeconfig}`"));
        assertTrue(report.contains("ours / other"));
        assertTrue(report.contains("get secrets"));
        assertTrue(Files.exists(folder.resolve("samples.csv")));
        assertTrue(Files.exists(folder.resolve("chart.svg")));
    }

    private void add(String controller, int round, Metric metric, double value) {
        samples.add(new Sample(controller, round, metric, value));
    }

    private static Document parse(String xml) throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    private static Stream<Element> elements(Document document, String name) {
        NodeList found = document.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(index -> (Element) found.item(index));
    }
}
