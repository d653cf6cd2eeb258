package io.projectsveltos.clusterinventory.credential.secretreader;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.NamesInMessage;
import io.projectsveltos.clusterinventory.clusterprofile.RecentKeys;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.credential.Renewal;
import io.projectsveltos.clusterinventory.credential.golang.UnreadableException;
import io.projectsveltos.clusterinventory.credential.kubeconfig.CurrentContext;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigFault;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigValidator;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The access provider {@code kubeconfig-secretreader}: the kubeconfig is the value of a key of a Secret. */
public final class KubeconfigSecretReader {

    /** The size limit of a Secret. */
    static final int MAX_KUBECONFIG_BYTES = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(KubeconfigSecretReader.class);
    private static final List<String> FIELDS = List.of("name", "key", "namespace", "context");

    private final RecentKeys logged = new RecentKeys();
    private final AllowedNamespaces namespaces;
    private final boolean rejectUnsafe;
    private final Predicate<HasMetadata> isManagedByUs;

    /**
     * @param namespaces where Secrets may be read
     * @param rejectUnsafe whether to refuse a value that is not a kubeconfig, or that refers to programs or files
     * @param isManagedByUs recognizes the Secrets that this controller writes
     */
    public KubeconfigSecretReader(
            AllowedNamespaces namespaces, boolean rejectUnsafe, Predicate<HasMetadata> isManagedByUs) {
        this.namespaces = namespaces;
        this.rejectUnsafe = rejectUnsafe;
        this.isManagedByUs = isManagedByUs;
    }

    /**
     * The Secret that a profile refers to.
     *
     * @param provider the entry of this access provider
     * @throws ReconcileFailure when the entry's extension is missing or invalid, or the namespace is not allowed
     */
    public SecretKeySelector reference(
            @Variable("clusterProfile") ClusterProfile profile, @Variable("accessProvider") AccessProvider provider) {
        SecretKeySelector reference = locate(profile, provider);
        provider.extension(AccessProvider.EXEC_EXTENSION)
                .ifPresent(extension -> logUnknown(profile, extension.keySet()));
        return reference;
    }

    /** Like {@link #reference}, but does not log unknown fields. */
    SecretKeySelector locate(ClusterProfile profile, AccessProvider provider) {
        ExtensionFields fields = ExtensionFields.of(provider, "the name and key of a Secret");
        String name = fields.required("name", ExtensionFields.SECRET_NAME);
        String key = fields.required("key", ExtensionFields.SECRET_KEY);
        String context = context(fields);
        String namespace = fields.namespace(profile.getMetadata().getNamespace(), namespaces);
        return new SecretKeySelector(new ObjectKey(namespace, name), key, context, Renewal.of(profile));
    }

    /**
     * Reads the kubeconfig from the Secret.
     *
     * @param secret null when it does not exist
     * @throws ReconcileFailure when the key does not exist or its value cannot be used
     */
    public Credential read(@Body Secret secret, @Variable("secretReference") SecretKeySelector reference) {
        String encoded = secret == null || secret.getData() == null
                ? null
                : secret.getData().get(reference.key());
        if (encoded == null) {
            throw new ReconcileFailure(
                    Reason.SourceSecretNotFound,
                    "The access provider refers to " + reference
                            + ", which does not exist: create it, or correct the reference in the cluster manager");
        }
        if (isManagedByUs.test(secret)) {
            // each copy would change the source, and so lead to the next copy
            throw unusable(reference, "is written by this controller itself; refer to its source Secret instead");
        }
        byte[] kubeconfig = Base64.getDecoder().decode(encoded);
        if (kubeconfig.length == 0 || kubeconfig.length > MAX_KUBECONFIG_BYTES) {
            throw unusable(reference, "has " + kubeconfig.length + " bytes, expected 1 to " + MAX_KUBECONFIG_BYTES);
        }
        byte[] copied = reference.context() == null ? kubeconfig : withContext(reference, kubeconfig);
        KubeconfigFault fault = KubeconfigValidator.validate(copied).orElse(null);
        if (fault != null && (fault.isFatal() || rejectUnsafe)) {
            throw unusable(reference, fault.message());
        }
        String version = secret.getMetadata().getResourceVersion();
        return new Credential(
                copied,
                AccessProviderSelector.SECRET_READER,
                fingerprint(reference, version),
                fault == null ? null : "The value of " + reference + " " + fault.message());
    }

    static String fingerprint(SecretKeySelector reference, String resourceVersion) {
        String key = reference.context() == null ? reference.key() : reference.key() + "\n" + reference.context();
        String fingerprint = Credential.fingerprintOf(
                AccessProviderSelector.SECRET_READER, reference.secret().toString(), key, resourceVersion);
        return Renewal.mark(fingerprint, reference.renewal());
    }

    private static byte[] withContext(SecretKeySelector reference, byte[] kubeconfig) {
        try {
            return CurrentContext.set(kubeconfig, reference.context())
                    .orElseThrow(() -> new ReconcileFailure(
                            Reason.InvalidAccessProvider,
                            "The access provider " + AccessProviderSelector.SECRET_READER
                                    + " refers to a context that does not exist in the kubeconfig in " + reference));
        } catch (UnreadableException e) {
            throw unusable(reference, "is not a kubeconfig: it " + e.getMessage());
        }
    }

    private void logUnknown(ClusterProfile profile, Set<String> fields) {
        List<String> unknown = fields.stream()
                .filter(field -> !FIELDS.contains(field))
                .sorted()
                .toList();
        String names = NamesInMessage.of(unknown);
        if (!unknown.isEmpty() && logged.add(profile.getKey() + " " + names)) {
            LOG.warn(
                    "The access provider {} has unknown fields {} in its extension {}; known fields: {}",
                    AccessProviderSelector.SECRET_READER,
                    names,
                    AccessProvider.EXEC_EXTENSION,
                    FIELDS);
        }
    }

    private static String context(ExtensionFields fields) {
        Object context = fields.values().get("context");
        if (context != null && !(context instanceof String)) {
            throw ExtensionFields.invalid(
                    fields.provider(),
                    "has a 'context' in its extension " + AccessProvider.EXEC_EXTENSION + " that is not text");
        }
        return "".equals(context) ? null : (String) context;
    }

    private static ReconcileFailure unusable(SecretKeySelector reference, String fault) {
        return new ReconcileFailure(
                Reason.SourceSecretInvalid,
                "The value of " + reference + " " + fault + "; the last good copy stays until it is fixed");
    }
}
