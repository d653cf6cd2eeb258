package io.projectsveltos.clusterinventory.clusterprofile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelValueTest {

    @ParameterizedTest
    @CsvSource({
        "eu-west-1, eu-west-1",
        "v1.33.1, v1.33.1",
        "v1.33.1+k3s1, v1.33.1_k3s1",
        "West Europe, West_Europe",
        "'-a.', a",
        "(a), a",
        "ä, ",
        "'...', ",
        "'', ",
        ", "
    })
    void isValid(String text, String value) {
        assertEquals(value, LabelValue.of(text));
    }

    @Test
    void isCutOffWhereItIsTooLong() {
        assertEquals("a".repeat(63), LabelValue.of("a".repeat(64)));
        assertEquals("a".repeat(62), LabelValue.of("a".repeat(62) + "-b"));
        assertEquals("a".repeat(63), LabelValue.of("-" + "a".repeat(63)));
    }
}
