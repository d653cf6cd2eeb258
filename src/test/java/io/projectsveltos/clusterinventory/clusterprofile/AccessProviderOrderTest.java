package io.projectsveltos.clusterinventory.clusterprofile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessProviderOrderTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            # provider file              | drop-ins | offered                            | chosen
            ''                           | ''       | kubeconfig-secretreader            | kubeconfig-secretreader
            a b                          | c        | c b a kubeconfig-secretreader      | kubeconfig-secretreader
            a kubeconfig-secretreader    | ''       | kubeconfig-secretreader a          | a
            a kubeconfig-secretreader b  | ''       | b kubeconfig-secretreader          | kubeconfig-secretreader
            a b                          | ''       | b a                                | a
            a b                          | ''       | b                                  | b
            a                            | c        | c a                                | a
            a                            | c d      | x d c                              | d
            a                            | a c      | c a                                | a
            ''                           | c        | x c                                | c
            """)
    void prefersTheSecretReaderThenTheOrderOfTheFileThenOfTheProfile(
            String file, String customRoutes, String offered, String chosen) {
        AccessProviderSelector selector = selector(file, customRoutes);

        assertEquals(
                chosen,
                selector.select(profile("accessProviders", names(offered))).name());
    }

    private static AccessProviderSelector selector(String file, String customRoutes) {
        Set<String> routes = Set.copyOf(names(customRoutes));
        return new AccessProviderSelector(names(file), () -> routes);
    }

    private static List<String> names(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
    }

    private static ClusterProfile profile(String list, List<String> names) {
        return profile(names.stream()
                .map(name -> "{name: " + name + "}")
                .toList()
                .toString()
                .transform(entries -> "{" + list + ": " + entries + "}"));
    }

    private static ClusterProfile profile(String status) {
        try {
            return YAML.readValue(
                    "{metadata: {namespace: fleet, name: one}, status: " + status + "}", ClusterProfile.class);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
