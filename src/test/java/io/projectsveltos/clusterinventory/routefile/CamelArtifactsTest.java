package io.projectsveltos.clusterinventory.routefile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.tooling.model.ArtifactModel;
import org.junit.jupiter.api.Test;

class CamelArtifactsTest {

    private final CamelCatalog catalog = new DefaultCamelCatalog();
    private final TreeMap<String, String> expected = new TreeMap<>();

    @Test
    void listsWhatCamelHas() throws IOException {
        expect("component", catalog.findComponentNames(), catalog::componentModel);
        expect("dataformat", catalog.findDataFormatNames(), catalog::dataFormatModel);
        expect("language", catalog.findLanguageNames(), catalog::languageModel);

        Properties listed = new Properties();
        try (InputStream file = CamelArtifacts.class.getResourceAsStream("artifacts.properties")) {
            listed.load(file);
        }

        assertEquals(expected, new TreeMap<>(listed));
    }

    private void expect(String kind, List<String> names, Function<String, ArtifactModel<?>> model) {
        names.forEach(name -> expected.put(kind + "." + name, model.apply(name).getArtifactId()));
    }
}
