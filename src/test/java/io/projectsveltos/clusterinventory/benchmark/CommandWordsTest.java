package io.projectsveltos.clusterinventory.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandWordsTest {

    @Test
    void splitsAtSpaces() {
        assertEquals(List.of("java", "-jar", "a.jar"), CommandWords.split(" java  -jar\ta.jar "));
    }

    @Test
    void keepsWhatIsQuotedTogether() {
        assertEquals(
                List.of("--controller", "ours=java -jar a.jar", "--name=it's", "$1\\", ""),
                CommandWords.split("--controller 'ours=java -jar a.jar' --name=\"it's\" '$1\\' ''"));
    }

    @Test
    void splitsNothingIntoNoWords() {
        assertEquals(List.of(), CommandWords.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java 'a", "java a' b", "\"", "'a' \"b"})
    void rejectsAQuoteThatIsNotClosed(String line) {
        assertThrows(IllegalArgumentException.class, () -> CommandWords.split(line));
    }
}
