package io.projectsveltos.clusterinventory.component.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonTest {

    private static final String EVERY_CHARACTER = IntStream.range(0, 0x10000)
            .filter(character -> !Character.isSurrogate((char) character))
            .mapToObj(Character::toString)
            .collect(Collectors.joining());

    @Test
    void escapesCharactersThatYamlReadsDifferently() throws JsonProcessingException {
        Map<String, String> all = Map.of(EVERY_CHARACTER, EVERY_CHARACTER);

        String json = Json.printable(all);

        assertTrue(json.chars().allMatch(character -> character >= 0x20 && character < 0x7F), json);
        assertEquals(all, Json.newMapper().readValue(json, Map.class));
    }

    @Test
    void doesNotEscapeCharactersThatYamlCannotEscape() throws JsonProcessingException {
        String rocket = Character.toString(0x1F680);

        assertEquals("\"" + rocket + "\"", Json.printable(rocket));
    }
}
