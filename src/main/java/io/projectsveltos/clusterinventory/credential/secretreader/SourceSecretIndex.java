package io.projectsveltos.clusterinventory.credential.secretreader;

import io.fabric8.kubernetes.client.Watcher.Action;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.apache.camel.component.kubernetes.KubernetesConstants;

/** Maps source Secrets to the profiles that refer to them, and knows the current version of each Secret. */
public final class SourceSecretIndex {

    private static final String DASH = "-";

    private final KubeconfigSecretReader reader;
    private final TokenSecrets tokens;
    private final InformerStore<PartialObjectMetadata, String> versions;
    private final Map<ObjectKey, ObjectKey> secretOf = new HashMap<>();
    private final Map<ObjectKey, Set<String>> profilesOf = new HashMap<>();
    // keys of profilesOf that stand for all Secrets whose names begin so: no name ends in a dash
    private final Set<ObjectKey> prefixes = new HashSet<>();

    /**
     * @param reader locates kubeconfigs
     * @param tokens locates tokens
     * @param versions the resourceVersions of all Secrets
     */
    public SourceSecretIndex(
            KubeconfigSecretReader reader, TokenSecrets tokens, InformerStore<PartialObjectMetadata, String> versions) {
        this.reader = reader;
        this.tokens = tokens;
        this.versions = versions;
    }

    /**
     * Indexes a profile that was added, modified or deleted. This has to happen before the profile is queued: a Secret that
     * is created during the reconcile then leads to another one, and no change is missed.
     *
     * @return the key of the profile, to queue
     */
    public synchronized String update(
            @Body ClusterProfile profile, @Header(KubernetesConstants.KUBERNETES_CRD_EVENT_ACTION) Action action) {
        ObjectKey key = profile.getKey();
        ObjectKey after = action == Action.DELETED ? null : referencedSecret(profile);
        ObjectKey before = after == null ? secretOf.remove(key) : secretOf.put(key, after);
        if (before != null && !before.equals(after)) {
            profilesOf.computeIfPresent(before, (secret, profiles) -> {
                profiles.remove(key.toString());
                return profiles.isEmpty() ? null : profiles;
            });
            if (!profilesOf.containsKey(before)) {
                prefixes.remove(before);
            }
        }
        if (after != null) {
            if (after.name().endsWith(DASH)) {
                prefixes.add(after);
            }
            profilesOf.computeIfAbsent(after, secret -> new TreeSet<>()).add(key.toString());
        }
        return key.toString();
    }

    /** The keys of the profiles that refer to a Secret; null for a Secret that is not a source. */
    public synchronized List<String> profilesOf(@Body PartialObjectMetadata secret) {
        ObjectKey key = ObjectKey.of(secret);
        Set<String> profiles = profilesOf.get(key);
        // by name, since a deletion that was noticed late comes without labels
        Set<String> others = prefixes.isEmpty() ? Set.of() : profilesOfPrefixes(key);
        if (profiles == null) {
            return others.isEmpty() ? null : List.copyOf(others);
        }
        others = new TreeSet<>(others);
        others.addAll(profiles);
        return List.copyOf(others);
    }

    private Set<String> profilesOfPrefixes(ObjectKey secret) {
        Set<String> found = new TreeSet<>();
        String name = secret.name();
        for (int dash = name.indexOf(DASH); dash >= 0; dash = name.indexOf(DASH, dash + 1)) {
            found.addAll(
                    profilesOf.getOrDefault(new ObjectKey(secret.namespace(), name.substring(0, dash + 1)), Set.of()));
        }
        return found;
    }

    /** The Secret to get. */
    public PartialObjectMetadata toGet(@Variable("secretReference") SecretKeySelector reference) {
        ObjectKey secret = reference.secret();
        return PartialObjectMetadata.of(secret.namespace(), secret.name(), null);
    }

    /** The fingerprint of the current value; null when the Secret does not exist. */
    public String fingerprint(SecretKeySelector reference) {
        String version = versions.get(reference.secret().toString());
        return version == null ? null : KubeconfigSecretReader.fingerprint(reference, version);
    }

    private ObjectKey referencedSecret(ClusterProfile profile) {
        Map<String, AccessProvider> offered = profile.getAccessProviders();
        AccessProvider preferred = offered.get(AccessProviderSelector.SECRET_READER);
        try {
            if (preferred != null) {
                return reader.locate(profile, preferred).secret();
            }
            // in the profile's order, as they are selected
            for (AccessProvider entry : offered.values()) {
                if (TokenSecrets.isTokenProvider(entry.name())) {
                    return tokens.watched(profile, entry);
                }
            }
            return null;
        } catch (ReconcileFailure e) {
            // reported when the profile is reconciled
            return null;
        }
    }
}
