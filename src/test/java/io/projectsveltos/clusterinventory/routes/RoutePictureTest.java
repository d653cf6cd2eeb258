package io.projectsveltos.clusterinventory.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pictures in docs/routes.md show the routes as they are. A comment before each says which files it shows. */
class RoutePictureTest {

    private static final Path PAGE = Path.of("docs/routes.md");
    private static final Pattern PICTURE = Pattern.compile("(<!-- picture of (.*) -->\n\n```mermaid\n)(?s:.*?)```");
    private static final Pattern AREA = Pattern.compile("### (.*)\n\n<!-- picture of (.*) -->");

    private final List<RouteFile> files = RouteFile.shipped();
    private final RoutePicture picture = new RoutePicture(files);
    private final String page = RouteFile.read(PAGE);

    @Test
    void thePageShowsTheRoutesAsTheyAre() throws IOException {
        String drawn = PICTURE.matcher(page)
                .replaceAll(match -> Matcher.quoteReplacement(match.group(1) + draw(match.group(2)) + "```"));

        if (Boolean.getBoolean("pictures.write")) {
            Files.writeString(PAGE, drawn);
        } else {
            assertEquals(drawn, page, "draw it with: mvn test -Dtest=RoutePictureTest -Dpictures.write=true");
        }
    }

    private String draw(String shown) {
        return shown.equals("all areas") ? picture.ofAreas(areaOfFile()) : picture.ofFiles(files(shown));
    }

    private Map<String, String> areaOfFile() {
        Map<String, String> areas = new LinkedHashMap<>();
        AREA.matcher(page).results().forEach(area -> files(area.group(2))
                .forEach(file -> areas.put(file, area.group(1))));
        return areas;
    }

    private static List<String> files(String shown) {
        return List.of(shown.split(", "));
    }

    @Test
    void eachFileIsInOneArea() {
        assertEquals(
                files.stream().map(RoutePicture::name).sorted().toList(),
                AREA.matcher(page)
                        .results()
                        .flatMap(area -> files(area.group(2)).stream())
                        .sorted()
                        .toList(),
                "name each file in one comment '<!-- picture of ... -->' of " + PAGE);
    }
}
