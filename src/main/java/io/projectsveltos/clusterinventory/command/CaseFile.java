package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A file of cases for access providers; {@code docs/cases.schema.json} describes it.
 *
 * @param routes route files, relative to the file
 * @param settings for all cases
 * @param given for all cases
 * @param when the call of all cases that have none
 * @param cases the cases
 */
record CaseFile(
        List<String> routes,
        Map<String, String> settings,
        RouteCase.Given given,
        RouteCase.When when,
        List<RouteCase> cases) {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    CaseFile {
        routes = routes == null ? List.of() : routes;
        settings = settings == null ? Map.of() : settings;
        given = given == null ? RouteCase.Given.NOTHING : given;
        cases = cases == null ? List.of() : cases;
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException with its place if it is not valid
     */
    static CaseFile read(Path file) throws IOException {
        try {
            CaseFile read = YAML.treeToValue(YAML.readTree(Files.readAllBytes(file)), CaseFile.class);
            if (read == null || read.cases().isEmpty()) {
                throw new IllegalArgumentException(file + ": expected a list of 'cases:'");
            }
            List<String> routes = read.routes().stream()
                    .map(route -> file.resolveSibling(route).toString())
                    .toList();
            return new CaseFile(routes, read.settings(), read.given(), read.when(), read.cases());
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(file + ": " + path(e) + "is not a field, expected one of "
                    + new TreeSet<>(e.getKnownPropertyIds()));
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(
                    file + ": " + path(e) + "is of another type than docs/cases.schema.json says");
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            throw new IllegalArgumentException(file + (place == null ? "" : ":" + place.getLineNr()) + ": is not YAML");
        }
    }

    /** Such as {@code cases[0].then: }. */
    private static String path(JsonMappingException failure) {
        return failure.getPath().stream()
                        .map(step ->
                                step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                        .collect(Collectors.joining())
                        .replaceFirst("^\\.", "")
                + ": ";
    }
}
