package io.projectsveltos.clusterinventory.clusterprofile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessProviderOrderTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            # provider file              | custom routes           | offered                       | kind          | selected
            ''                           | ''                      | kubeconfig-secretreader       | SECRET_READER | kubeconfig-secretreader
            ''                           | kubeconfig-secretreader | kubeconfig-secretreader       | SECRET_READER | kubeconfig-secretreader
            a b                          | c                       | c b a kubeconfig-secretreader | SECRET_READER | kubeconfig-secretreader
            a kubeconfig-secretreader    | ''                      | kubeconfig-secretreader a     | EXEC_PLUGIN   | a
            a kubeconfig-secretreader b  | ''                      | b kubeconfig-secretreader     | EXEC_PLUGIN   | kubeconfig-secretreader
            a b                          | ''                      | b a                           | EXEC_PLUGIN   | a
            a b                          | ''                      | b                             | EXEC_PLUGIN   | b
            a                            | c                       | c a                           | EXEC_PLUGIN   | a
            a                            | c d                     | x d c                         | CUSTOM_ROUTE  | d
            a                            | a c                     | c a                           | EXEC_PLUGIN   | a
            ''                           | c                       | x c                           | CUSTOM_ROUTE  | c
            """)
    void prefersTheSecretReaderThenTheOrderOfTheFileThenOfTheProfile(
            String file, String customRoutes, String offered, Kind kind, String selected) {
        SelectedProvider provider = selector(file, customRoutes).select(profile("accessProviders", names(offered)));

        assertEquals(kind, provider.kind());
        assertEquals(selected, provider.entry().name());
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
