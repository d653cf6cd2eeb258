package io.projectsveltos.clusterinventory.credential.secretreader;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.settings.Settings;
import java.util.function.Predicate;
import org.apache.camel.spi.Registry;

/**
 * The beans of this package.
 *
 * @param settings the settings
 * @param sourceVersions the informer's resource versions of source Secrets
 * @param isManaged whether a Secret is an output of this controller, which is never a source
 */
public record SecretReaderBeans(
        Settings settings,
        InformerStore<PartialObjectMetadata, String> sourceVersions,
        Predicate<HasMetadata> isManaged) {

    private static final String UNSAFE = "secretreader.unsafe-kubeconfig";

    /**
     * Binds them.
     *
     * @param registry where to
     * @throws IllegalArgumentException if a setting is invalid
     */
    public void bind(Registry registry) {
        AllowedNamespaces namespaces = new AllowedNamespaces(settings.text("secretreader.namespaces"));
        KubeconfigSecretReader reader = new KubeconfigSecretReader(namespaces, rejectUnsafe(), isManaged);
        TokenSecrets tokens = new TokenSecrets(namespaces, settings.text(TokenSecrets.ACCOUNT_SETTING), sourceVersions);
        registry.bind("kubeconfigSecretReader", reader);
        registry.bind("tokenSecrets", tokens);
        registry.bind("tokenSecretReader", new TokenSecretReader(isManaged));
        registry.bind("sourceSecretIndex", new SourceSecretIndex(reader, tokens, sourceVersions));
    }

    private boolean rejectUnsafe() {
        return switch (settings.text(UNSAFE)) {
            case "refuse" -> true;
            case "copy" -> false;
            default ->
                throw new IllegalArgumentException(
                        UNSAFE + " is " + settings.text(UNSAFE) + ", expected copy or refuse");
        };
    }
}
