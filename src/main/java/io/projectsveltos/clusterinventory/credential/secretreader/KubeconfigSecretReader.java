package io.projectsveltos.clusterinventory.credential.secretreader;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.RecentKeys;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.credential.golang.UnreadableException;
import io.projectsveltos.clusterinventory.credential.kubeconfig.CurrentContext;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigFault;
import io.projectsveltos.clusterinventory.credential.kubeconfig.KubeconfigValidator;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The access provider {@code kubeconfig-secretreader}: the kubeconfig is the value of a key of a Secret. */
public final class KubeconfigSecretReader {

    /** The largest value that is copied, in bytes: what a Secret can hold. */
    static final int LARGEST = 1024 * 1024;

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern SECRET_KEY = Pattern.compile("(?!\\.\\.?$)[-._a-zA-Z0-9]{1,253}");

    private static final Logger LOG = LoggerFactory.getLogger(KubeconfigSecretReader.class);
    private static final List<String> FIELDS = List.of("name", "key", "namespace", "context");

    private final RecentKeys logged = new RecentKeys();
    private final AllowedNamespaces namespaces;
    private final boolean rejectUnsafe;
    private final Predicate<HasMetadata> isOutput;

    /**
     * Makes a reader.
     *
     * @param namespaces where Secrets may be read
     * @param rejectUnsafe whether a kubeconfig that is not one, or names programs or files, is refused
     * @param isOutput tells the Secrets that this controller writes
     */
    public KubeconfigSecretReader(AllowedNamespaces namespaces, boolean rejectUnsafe, Predicate<HasMetadata> isOutput) {
        this.namespaces = namespaces;
        this.rejectUnsafe = rejectUnsafe;
        this.isOutput = isOutput;
    }

    /**
     * Which Secret the profile names.
     *
     * @param profile the profile
     * @param provider the entry of this access provider
     * @return the reference
     * @throws ReconcileFailure when the entry's extension is missing or wrong, or the namespace is not allowed
     */
    public SecretKeySelector reference(
            @Variable("clusterProfile") ClusterProfile profile, @Variable("accessProvider") AccessProvider provider) {
        SecretKeySelector reference = locate(profile, provider);
        provider.extension(AccessProvider.EXEC_EXTENSION)
                .ifPresent(extension -> logUnknown(profile, extension.keySet()));
        return reference;
    }

    /** As {@link #reference}, but says nothing of fields that it does not know. */
    SecretKeySelector locate(ClusterProfile profile, AccessProvider provider) {
        Map<String, Object> extension = provider.extension(AccessProvider.EXEC_EXTENSION)
                .orElseThrow(() -> invalid(
                        provider,
                        "has no extension " + AccessProvider.EXEC_EXTENSION
                                + " with the name and key of a Secret; its cluster manager has to write one"));
        String own = profile.getMetadata().getNamespace();
        String namespace = field(provider, extension, "namespace", NAMESPACE, own);
        String name = field(provider, extension, "name", SECRET_NAME, null);
        String key = field(provider, extension, "key", SECRET_KEY, null);
        String context = context(provider, extension);
        if (!namespaces.allow(namespace, own)) {
            throw invalid(
                    provider,
                    "names a Secret of namespace " + namespace
                            + ", which the setting secretreader.namespaces does not allow");
        }
        return new SecretKeySelector(new ObjectKey(namespace, name), key, context);
    }

    /**
     * Takes the kubeconfig out of the Secret.
     *
     * @param secret the Secret, or null when there is none
     * @param reference what was asked for
     * @return the credential
     * @throws ReconcileFailure when there is no such value or it cannot be taken
     */
    public Credential read(@Body Secret secret, @Variable("secretReference") SecretKeySelector reference) {
        String encoded = secret == null || secret.getData() == null
                ? null
                : secret.getData().get(reference.key());
        if (encoded == null) {
            throw new ReconcileFailure(
                    Reason.SourceSecretNotFound,
                    "There is no " + reference
                            + ", which the access provider names: create it, or have the cluster manager name another");
        }
        if (isOutput.test(secret)) {
            // each copy would be a change of the source, and so lead to the next
            throw unusable(reference, "is one that this controller writes; name the Secret that it comes from");
        }
        byte[] kubeconfig = Base64.getDecoder().decode(encoded);
        if (kubeconfig.length == 0 || kubeconfig.length > LARGEST) {
            throw unusable(reference, "has " + kubeconfig.length + " bytes, expected 1 to " + LARGEST);
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
        return Credential.fingerprintOf(
                AccessProviderSelector.SECRET_READER, reference.secret().toString(), key, resourceVersion);
    }

    private static byte[] withContext(SecretKeySelector reference, byte[] kubeconfig) {
        try {
            return CurrentContext.set(kubeconfig, reference.context())
                    .orElseThrow(() -> new ReconcileFailure(
                            Reason.InvalidAccessProvider,
                            "The access provider " + AccessProviderSelector.SECRET_READER
                                    + " names a context that the kubeconfig in " + reference + " does not have"));
        } catch (UnreadableException e) {
            throw unusable(reference, "is not a kubeconfig: it " + e.getMessage());
        }
    }

    private void logUnknown(ClusterProfile profile, Set<String> fields) {
        for (String field : fields) {
            if (!FIELDS.contains(field) && logged.add(profile.getKey() + " " + field)) {
                LOG.warn(
                        "The access provider {} has a field '{}' in its extension {}, which is not used; known are {}",
                        AccessProviderSelector.SECRET_READER,
                        field,
                        AccessProvider.EXEC_EXTENSION,
                        FIELDS);
            }
        }
    }

    private static String context(AccessProvider provider, Map<String, Object> extension) {
        Object context = extension.get("context");
        if (context != null && !(context instanceof String)) {
            throw invalid(
                    provider,
                    "has a 'context' in its extension " + AccessProvider.EXEC_EXTENSION + " that is not text");
        }
        return "".equals(context) ? null : (String) context;
    }

    private static String field(
            AccessProvider provider, Map<String, Object> extension, String field, Pattern valid, String otherwise) {
        Object value = extension.get(field);
        if (value == null || "".equals(value)) {
            if (otherwise == null) {
                throw invalid(provider, "has no '" + field + "' in its extension " + AccessProvider.EXEC_EXTENSION);
            }
            return otherwise;
        }
        if (!(value instanceof String text) || !valid.matcher(text).matches()) {
            throw invalid(
                    provider,
                    "has a '" + field + "' in its extension " + AccessProvider.EXEC_EXTENSION
                            + " that is not a valid Kubernetes name");
        }
        return text;
    }

    private static ReconcileFailure invalid(AccessProvider provider, String what) {
        return new ReconcileFailure(
                Reason.InvalidAccessProvider, "The access provider " + provider.name() + " " + what);
    }

    private static ReconcileFailure unusable(SecretKeySelector reference, String fault) {
        return new ReconcileFailure(
                Reason.SourceSecretInvalid,
                "The value of " + reference + " " + fault + "; the last good copy stays until it is fixed");
    }
}
