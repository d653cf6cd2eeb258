package io.projectsveltos.clusterinventory.credential;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderChooser;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.util.Base64;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** The access provider {@code kubeconfig-secretreader}: the kubeconfig is the value of a key of a Secret. */
public final class KubeconfigSecretReader {

    /** The largest value that is copied, in bytes: what a Secret can hold. */
    static final int LARGEST = 1024 * 1024;

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern SECRET_KEY = Pattern.compile("(?!\\.\\.?$)[-._a-zA-Z0-9]{1,253}");

    private final SourceNamespaces namespaces;
    private final boolean unsafeRefused;
    private final Predicate<HasMetadata> isOutput;

    /**
     * Makes a reader.
     *
     * @param namespaces where Secrets may be read
     * @param unsafeRefused whether a kubeconfig that is none, or names programs or files, is refused
     * @param isOutput tells the Secrets that this controller writes
     */
    public KubeconfigSecretReader(SourceNamespaces namespaces, boolean unsafeRefused, Predicate<HasMetadata> isOutput) {
        this.namespaces = namespaces;
        this.unsafeRefused = unsafeRefused;
        this.isOutput = isOutput;
    }

    /**
     * Which Secret the profile names.
     *
     * @param profile the profile
     * @param provider the entry of this access provider
     * @return the reference
     * @throws TerminalException when the entry's extension is missing or wrong, or the namespace is not allowed
     */
    public SecretReference reference(
            @ExchangeProperty("clusterProfile") ClusterProfile profile,
            @ExchangeProperty("accessProvider") AccessProvider provider) {
        Map<String, Object> extension = provider.extension(AccessProvider.EXEC_EXTENSION)
                .orElseThrow(() -> invalid(
                        provider,
                        "has no extension " + AccessProvider.EXEC_EXTENSION
                                + " with the name and key of a Secret; its cluster manager has to write one"));
        String own = profile.getMetadata().getNamespace();
        String namespace = field(provider, extension, "namespace", NAMESPACE, own);
        String name = field(provider, extension, "name", SECRET_NAME, null);
        String key = field(provider, extension, "key", SECRET_KEY, null);
        if (!namespaces.allow(namespace, own)) {
            throw invalid(
                    provider,
                    "names a Secret of namespace " + namespace
                            + ", which the setting secretreader.namespaces does not allow");
        }
        return new SecretReference(new ObjectKey(namespace, name), key);
    }

    /**
     * Takes the kubeconfig out of the Secret.
     *
     * @param secret the Secret, or null when there is none
     * @param reference what was asked for
     * @return the credential
     * @throws TerminalException when there is no such value or it cannot be taken
     */
    public Credential read(@Body Secret secret, @ExchangeProperty("secretReference") SecretReference reference) {
        String encoded = secret == null || secret.getData() == null
                ? null
                : secret.getData().get(reference.key());
        if (encoded == null) {
            throw new TerminalException(
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
        String fault = KubeconfigCheck.findFault(kubeconfig);
        if (fault != null && unsafeRefused) {
            throw unusable(reference, fault);
        }
        String version = secret.getMetadata().getResourceVersion();
        return new Credential(
                kubeconfig,
                AccessProviderChooser.SECRET_READER,
                fingerprint(reference, version),
                fault == null ? null : "The value of " + reference + " " + fault);
    }

    static String fingerprint(SecretReference reference, String resourceVersion) {
        return Credential.fingerprintOf(
                AccessProviderChooser.SECRET_READER, reference.secret().toString(), reference.key(), resourceVersion);
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
                            + " that is no valid Kubernetes name");
        }
        return text;
    }

    private static TerminalException invalid(AccessProvider provider, String what) {
        return new TerminalException(
                Reason.InvalidAccessProvider, "The access provider " + provider.name() + " " + what);
    }

    private static TerminalException unusable(SecretReference reference, String fault) {
        return new TerminalException(
                Reason.SourceSecretInvalid,
                "The value of " + reference + " " + fault + "; the copy made last stays until it is mended");
    }
}
