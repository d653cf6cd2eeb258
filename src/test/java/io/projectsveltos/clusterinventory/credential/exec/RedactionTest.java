package io.projectsveltos.clusterinventory.credential.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    private static final int LENGTH = 64 * 1024;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            password=hunter2                                  | hunter2
            Password: hunter2                                 | hunter2
            --password hunter2 --verbose                      | hunter2
            DB_PASSWD='hunter2 and more'                      | hunter2
            {"password":"hunter2","user":"me"}                | hunter2
            {"access_token": "abc"}                           | abc"
            client_secret=abc, next                           | abc
            Authorization: Bearer abc                         | abc
            authorization: bearer abc                         | abc
            using Bearer abc.def                              | abc
            api-key=abc                                       | abc
            apikey: abc                                       | abc
            private_key: abc                                  | abc
            AWS_SECRET_ACCESS_KEY=abc/def                     | abc
            X-Auth-Token: abc                                 | abc
            got k8s-aws-v1.aHR0cHM6Ly9zdHMuYW1hem9uYXdzLmNvbS8/ | aHR0
            got ya29.a0AfH6SMBx1y2z3_-abcdefgh                | a0AfH6
            got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl | eyJ
            got ghp_0123456789abcdefghij                      | ghp_
            got 0123456789abcdef0123456789abcdef              | 0123456789
            got dGhpcyBpcyBhIHNlY3JldCAx==                    | dGhpc
            https://s3/x?X-Amz-Signature=abc&a=b              | abc
            https://x/?u=https%3A%2F%2Fs3%3FX-Amz-Signature%3Dabc | abc
            https://blob/x?sv=2020&sig=ab%2Fc%3D              | ab%2F
            got ab%2Bcd%2Fefghijklmnopq%3D                    | efghij
            pass=abc                                          | abc
            DB_PASS: abc                                      | abc
            MYSQL_PWD=abc                                     | abc
            curl -u me:abc https://x                          | abc
            curl -ume:abc https://x                           | abc
            curl --user me:abc https://x                      | abc
            curl --proxy-user=me:abc https://x                | abc
            Cookie: a=b; id=abc                               | abc
            < set-cookie: id=abc; Path=/; b=abc               | abc
            session=abc                                       | abc
            Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=abc | abc
            {\"password\":\"abc and abc\",\"user\":\"me\"} | abc
            invalid bearer token abc                          | abc
            password=secret                                   | secret
            --token secret-abc x                              | secret-abc
            postgres://me:abc@db/x                            | abc
            postgres://me:abc@def@db/x                        | def
            got eyJhbGciOiJub25lIn0                           | eyJ
            MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBA | MIIE
            def== -----END PRIVATE KEY-----                   | def
            """)
    void redactsWhatLooksLikeACredential(String text, String secret) {
        String redacted = Redaction.of(text, Map.of());

        assertFalse(redacted.contains(secret), redacted);
        assertTrue(redacted.contains("***"), redacted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN PRIVATE KEY-----\nMIIabc\ndef\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\ndef\n-----END RSA PRIVATE KEY-----\n",
                "-----BEGIN CERTIFICATE-----\nMIIabc\ndef",
                "-----BEGIN EC PRIVATE KEY-----\\nMIIabc\\ndef\\n-----END EC PRIVATE KEY-----"
            })
    void redactsPemWithAndWithoutItsEnd(String pem) {
        String redacted = Redaction.of("before\n" + pem, Map.of());

        assertEquals("before\n***", redacted.strip());
    }

    @Test
    void redactsBothOfTwoPemBlocks() {
        String block = "-----BEGIN A-----\nx\n-----END A-----";

        assertEquals("*** and ***", Redaction.of(block + " and " + block, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"VAULT_TOKEN", "my_secret", "PGPASSWORD", "AWS_ACCESS_KEY_ID", "BASIC_AUTH", "CREDENTIALS"})
    void redactsTheValuesOfSensitiveVariables(String name) {
        assertEquals("denied: ***!", Redaction.of("denied: open sesame!", Map.of(name, "open sesame")));
    }

    @Test
    void redactsAValueThatContainsAnother() {
        Map<String, String> shorterFirst = new TreeMap<>(Map.of("A_TOKEN", "open", "B_TOKEN", "open sesame"));

        assertEquals("denied: ***!", Redaction.of("denied: open sesame!", shorterFirst));
    }

    @Test
    void keepsTheValuesOfOrdinaryVariables() {
        assertEquals("no region west", Redaction.of("no region west", Map.of("AWS_REGION", "west")));
    }

    @Test
    void doesNotRedactVeryShortValuesOfSensitiveVariables() {
        assertEquals("an error", Redaction.of("an error", Map.of("TOKEN", "e", "SECRET", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aws: command not found",
                "dial tcp 10.0.0.1:443: i/o timeout",
                "Error: cluster prod-1 was not found in region eu-west-1 (404)",
                "x509: signed by unknown authority",
                "Unable to locate the instance's internationalization-configuration file",
                "the session has expired, 3 tests passed",
                "mkdir: cannot create directory '/.cache': Read-only file system",
                "see https://example.com/login and http://proxy:3128/x",
                "git -u origin main, unauthorized",
                ""
            })
    void keepsOrdinaryWords(String text) {
        assertEquals(text, Redaction.of(text, Map.of()));
    }

    /** With regular expressions, each would recurse for every character or rescan the text for every word. */
    static Stream<String> worstCases() {
        return Stream.of(
                        "token=\"a\\\"",
                        "{\"token\": \"",
                        "a",
                        "a ",
                        "a.",
                        "=",
                        " ",
                        "\"",
                        "\\",
                        "token ",
                        "token",
                        "pass   ",
                        "pass\"",
                        "-u ",
                        "-u a",
                        "://",
                        "://a",
                        "://a@",
                        "@",
                        "%3D",
                        "eyJ.",
                        "-----BEGIN",
                        "-----END",
                        "-----END A-----",
                        "-----BEGIN A-----END ",
                        "Cookie: ",
                        "\n")
                .map(part -> part.repeat(LENGTH / part.length()));
    }

    @ParameterizedTest
    @MethodSource("worstCases")
    void needsTimeLinearInTheLength(String text) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> Redaction.of(text + " password=hunter2", Map.of("TOKEN", "abcd")));
    }

    @Test
    void redactsAQuotedValueOfAnyLength() {
        String secret = "a \\\" ".repeat(LENGTH / 5);

        assertEquals("password=*** ok", Redaction.of("password=\"" + secret + "\" ok", Map.of()));
        assertEquals("password=***", Redaction.of("password=\"" + secret, Map.of()));
    }
}
