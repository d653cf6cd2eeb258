package io.projectsveltos.clusterinventory.credential.golang;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Compares the parser for plain YAML with the complete one. */
class PlainYamlTest {

    private static final int COUNT = 20_000;

    private static final List<String> PLAIN = List.of("""
            apiVersion: v1
            clusters:
            - cluster:
                certificate-authority-data: LS0tLS1CRUdJTi+/LQ==
                server: https://ABCD.eks.example.com:443/path?a=b#c
              name: arn:aws:eks:eu-west-1:123456789012:cluster/prod
            current-context: ""
            preferences: {}
            users:
            - name: u
              user:
                exec:
                  args:
                  - --region
                  - eu west-1
                  -  name:   AWS_PROFILE
                     value: 'it "is"'
                  env: null
                  provideClusterInfo: false
                  timeout: 010
            """, """
            ---

            clusters:
              - name: c
                cluster: {server: 'https://c:6443', certificate-authority-data: YQ== , proxies: [a b, -1, .5, [], {x: ~}]}

              - name: d
            contexts:
            extensions:
              a.example/b: yes
            tail: 1_0""");

    private static final List<String> FRAGMENTS = List.of(
            (":|: |:\n|- |-|\n|  | |#| #|{|}|[|]|,|, |'|\"|''|---|\n...\n|%|&a |*a|<<: |?|? |!|>|\\|\\n|~|null|yes|y|0x1|"
                            + ".inf|+|\t|\r|\u00e9|\ufeff|\0|=|@|a: b|- a|A:|{a: b}|[a]|\n  |\n- |\n    |::|:}|:,|: :|--")
                    .split("\\|"));

    @ParameterizedTest
    @FieldSource("PLAIN")
    void readsWhatToolsWrite(String text) throws UnreadableException {
        byte[] document = bytes(text);

        assertEquals(Optional.of(GoYaml.readFully(document, true)), PlainYaml.read(document));
    }

    @Test
    void neverDiffersFromTheCompleteParser() {
        Random random = new Random(20260101);
        int read = 0;
        for (int i = 0; i < COUNT; i++) {
            String text = changed(PLAIN.get(i % PLAIN.size()), random);
            Optional<JsonNode> plain = PlainYaml.read(bytes(text));
            if (plain.isPresent()) {
                read++;
                assertEquals(
                        assertDoesNotThrow(() -> GoYaml.readFully(bytes(text), true), text), plain.get(), () -> text);
            }
        }
        int plain = read;
        assertTrue(plain > COUNT / 10, () -> "often enough to mean something: " + plain);
    }

    /** One or two fragments are inserted or replace a few characters. */
    private static String changed(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = random.nextInt(2); i >= 0; i--) {
            int start = random.nextInt(changed.length());
            int end = Math.min(changed.length(), start + random.nextInt(4));
            changed.replace(start, end, FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
        }
        return changed.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
