package io.projectsveltos.clusterinventory.credential.secretreader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedNamespacesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*                | own   | true",
                "*                | other | true",
                "same             | own   | true",
                "same             | other | false",
                "vault            | vault | true",
                "vault            | own   | false",
                "vault , same     | own   | true",
                "vault , same     | vault | true",
                "vault , same     | other | false",
                "vault,other      | other | true",
                "vault,           | ''    | false",
            })
    void containsTheNamespacesOfTheSetting(String setting, String namespace, boolean allowed) {
        assertEquals(allowed, new AllowedNamespaces(setting).contains(namespace, "own"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , "})
    void refusesAnEmptySetting(String setting) {
        assertThrows(IllegalArgumentException.class, () -> new AllowedNamespaces(setting));
    }
}
