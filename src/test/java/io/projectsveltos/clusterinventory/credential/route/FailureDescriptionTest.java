package io.projectsveltos.clusterinventory.credential.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.TypeConversionException;
import org.apache.camel.component.bean.MethodNotFoundException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureDescriptionTest {

    private static final String SECRET = "s3cr3t";

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(new NoSuchBeanException("vaultReader"), "NoSuchBeanException, bean vaultReader"),
                arguments(new NoSuchLanguageException("jsonpath"), "NoSuchLanguageException, language jsonpath"),
                arguments(
                        new TypeConversionException(SECRET, Integer.class, new NumberFormatException(SECRET)),
                        "TypeConversionException (NumberFormatException), from java.lang.String to java.lang.Integer"),
                arguments(
                        new NoTypeConversionAvailableException(Map.of("a", SECRET), byte[].class),
                        "NoTypeConversionAvailableException, from java.util.ImmutableCollections$Map1 to [B"),
                arguments(new MethodNotFoundException(SECRET, "read", null), "MethodNotFoundException, method read"),
                arguments(
                        new ClassNotFoundException("com.example.Reader"),
                        "ClassNotFoundException, class com.example.Reader"),
                arguments(
                        new IllegalArgumentException(
                                "Property with key [vault.url] not found in properties from text: " + SECRET),
                        "IllegalArgumentException, Property with key [vault.url] not found"),
                arguments(
                        new ResolveEndpointFailedException(
                                "vault://x?token=" + SECRET, new NoSuchLanguageException("jq")),
                        "NoSuchLanguageException, language jq"),
                arguments(parsing("{\"token\": \"" + SECRET), "JsonEOFException, line 1, column 18"));
    }

    private static Exception parsing(String json) {
        try {
            new ObjectMapper().readTree(json);
            throw new IllegalStateException("it can be parsed");
        } catch (JsonProcessingException e) {
            return e;
        }
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatIsWrongWithTheRouteWhereThatCannotBeACredential(Exception failure, String what) {
        FailureDescription description = FailureDescription.of(failure, null);

        assertEquals("failed with " + what, description.text());
        assertTrue(description.isMistake());
        assertFalse(description.text().contains(SECRET), description.text());
    }

    static Stream<Arguments> others() {
        return Stream.of(
                arguments(new IllegalStateException(SECRET), "IllegalStateException"),
                arguments(new RuntimeCamelException(new IOException(SECRET)), "IOException"),
                arguments(new NoSuchBeanException("a name with " + SECRET), "NoSuchBeanException"),
                arguments(
                        new IllegalArgumentException("The Property with key [" + SECRET + "] not found"),
                        "IllegalArgumentException"),
                arguments(
                        new HttpOperationFailedException("https://x/" + SECRET, 403, SECRET, null, Map.of(), SECRET),
                        "HttpOperationFailedException, HTTP status 403"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void saysNoMoreThanTheClassAndTheStatusOfOthers(Exception failure, String what) {
        FailureDescription description = FailureDescription.of(failure, null);

        assertEquals("failed with " + what, description.text());
        assertFalse(description.isMistake());
    }

    @Test
    void namesTheStep() {
        assertEquals(
                "failed in step to https (vault.yaml, line 7) with IOException",
                FailureDescription.of(new IOException(SECRET), new StepPlace("to https", "vault.yaml", 7))
                        .text());
    }
}
