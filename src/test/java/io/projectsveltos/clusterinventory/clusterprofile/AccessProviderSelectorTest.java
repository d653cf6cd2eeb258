package io.projectsveltos.clusterinventory.clusterprofile;

import static io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector.SECRET_READER;
import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static io.projectsveltos.clusterinventory.testing.Fixtures.secretReader;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessProviderSelectorTest {

    private static final Set<String> PACKAGED = Set.of("p", "q");

    private final AccessProviderSelector selector =
            new AccessProviderSelector(List.of(), List.of(), Set::of, () -> PACKAGED);

    @Test
    void selectsNothingBeforeTheFirstStatus() {
        assertNull(selector.select(profile().withoutStatus().build()));
    }

    @Test
    void selectsTheSecretReaderAfterOthers() {
        ClusterProfile profile = profile()
                .accessProviders(Map.of("name", "vault"), secretReader(Map.of("name", "admin", "key", "value")))
                .build();

        assertEquals(SECRET_READER, selector.select(profile).entry().name());
    }

    @Test
    void namesOnlyTheFirstOfManyOffers() {
        Map<?, ?>[] offers = IntStream.range(0, 1_000)
                .mapToObj(i -> Map.of("name", i + "x".repeat(200)))
                .toArray(Map<?, ?>[]::new);
        ClusterProfile profile = profile().accessProviders(offers).build();

        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> selector.select(profile));

        assertTrue(failure.getMessage().length() < 1_500, failure::getMessage);
        assertTrue(failure.getMessage().contains(", 990 more]"), failure::getMessage);
    }

    @Test
    void selectsTheSecretReaderFromTheDeprecatedEntries() {
        ClusterProfile profile = profile()
                .accessProviders(Map.of("name", "vault"))
                .credentialProviders(secretReader(Map.of("name", "admin", "key", "value")))
                .build();

        assertEquals(SECRET_READER, selector.select(profile).entry().name());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            # registrations         | provider file               | custom routes           | offered                       | kind              | selected
            ''                      | ''                          | ''                      | kubeconfig-secretreader       | SECRET_READER     | kubeconfig-secretreader
            ''                      | ''                          | kubeconfig-secretreader | kubeconfig-secretreader       | SECRET_READER     | kubeconfig-secretreader
            ''                      | a b                         | c                       | c b a kubeconfig-secretreader | SECRET_READER     | kubeconfig-secretreader
            ''                      | a kubeconfig-secretreader   | ''                      | kubeconfig-secretreader a     | EXEC_PLUGIN       | a
            ''                      | a kubeconfig-secretreader b | ''                      | b kubeconfig-secretreader     | EXEC_PLUGIN       | kubeconfig-secretreader
            ''                      | a b                         | ''                      | b a                           | EXEC_PLUGIN       | a
            ''                      | a b                         | ''                      | b                             | EXEC_PLUGIN       | b
            ''                      | a                           | c                       | c a                           | EXEC_PLUGIN       | a
            ''                      | a                           | c d                     | x d c                         | CUSTOM_ROUTE      | d
            ''                      | a                           | a c                     | c a                           | EXEC_PLUGIN       | a
            ''                      | ''                          | c                       | x c                           | CUSTOM_ROUTE      | c
            r                       | a                           | c                       | c kubeconfig-secretreader a r | WORKLOAD_IDENTITY | r
            r a                     | a                           | ''                      | a r                           | WORKLOAD_IDENTITY | r
            r a                     | a                           | a                       | x a                           | WORKLOAD_IDENTITY | a
            kubeconfig-secretreader | kubeconfig-secretreader     | ''                      | kubeconfig-secretreader       | WORKLOAD_IDENTITY | kubeconfig-secretreader
            r                       | ''                          | ''                      | kubeconfig-secretreader       | SECRET_READER     | kubeconfig-secretreader
            ''                      | ''                          | ''                      | x q p                         | TOKEN_SECRET      | q
            ''                      | ''                          | c                       | p c                           | CUSTOM_ROUTE      | c
            ''                      | ''                          | p                       | p                             | CUSTOM_ROUTE      | p
            ''                      | a                           | ''                      | p a                           | EXEC_PLUGIN       | a
            ''                      | p                           | p                       | p                             | EXEC_PLUGIN       | p
            ''                      | ''                          | ''                      | p kubeconfig-secretreader     | SECRET_READER     | kubeconfig-secretreader
            p                       | ''                          | ''                      | p                             | WORKLOAD_IDENTITY | p
            """)
    void prefersRegistrationsThenTheSecretReaderThenTheFileThenCustomRoutesThenPackagedOnes(
            String registered, String file, String customRoutes, String offered, Kind kind, String selected) {
        AccessProviderSelector configured = new AccessProviderSelector(
                names(registered), names(file), () -> Set.copyOf(names(customRoutes)), () -> PACKAGED);
        List<Map<String, String>> entries =
                names(offered).stream().map(name -> Map.of("name", name)).toList();

        SelectedProvider provider =
                configured.select(profile().status("accessProviders", entries).build());

        assertEquals(kind, provider.kind());
        assertEquals(selected, provider.entry().name());
    }

    private static List<String> names(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    @Test
    void namesTheOfferedAndTheConfiguredProviders() {
        ClusterProfile profile =
                profile().accessProviders(Map.of("name", "vault")).build();

        ReconcileFailure refusal = assertThrows(ReconcileFailure.class, () -> selector.select(profile));

        assertEquals(Reason.NoAccessProvider, refusal.getReason());
        assertTrue(refusal.getMessage().contains("[vault]"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("kubeconfig-secretreader"), refusal.getMessage());
    }

    /** Open Cluster Management writes the status first, and its add-on the access providers up to a minute later. */
    @Test
    void selectsNothingBeforeTheFirstAccessProvider() {
        assertNull(selector.select(profile().accessProviders().build()));
    }

    @Test
    void reportsAStatusThatIsTooLarge() {
        ClusterProfile profile = profile()
                .accessProviders(Map.of("name", SECRET_READER, "cluster", Map.of("server", "x".repeat(256 * 1024))))
                .build();

        ReconcileFailure failure = assertThrows(ReconcileFailure.class, () -> selector.select(profile));

        assertEquals(Reason.InvalidAccessProvider, failure.getReason());
    }

    @Test
    void warnsOncePerProfileAboutDeprecatedEntries() {
        Fixtures.Profile deprecated = profile().credentialProviders(Map.of("name", "vault"));

        try (LogCapture log = LogCapture.started()) {
            selector.select(deprecated.build());
            selector.select(deprecated.build());
            selector.select(deprecated.named("other").build());

            assertEquals(2, log.lines().size(), log.lines()::toString);
            // the logging context of the worker contains the profile
            log.lines().forEach(line -> assertTrue(line.startsWith("WARN The profile uses"), line));
        }
    }
}
