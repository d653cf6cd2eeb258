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
    void allowsWhatTheSettingSays(String setting, String namespace, boolean allowed) {
        assertEquals(allowed, new AllowedNamespaces(setting).allow(namespace, "own"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , "})
    void refusesASettingThatAllowsNothing(String setting) {
        assertThrows(IllegalArgumentException.class, () -> new AllowedNamespaces(setting));
    }
}
