package io.projectsveltos.clusterinventory.command;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.component.kubernetes.ResourceReader;
import io.projectsveltos.clusterinventory.component.kubernetes.ResourceType;
import io.projectsveltos.clusterinventory.credential.secretreader.KubeconfigSecretReader;
import io.projectsveltos.clusterinventory.credential.secretreader.SecretKeySelector;
import io.projectsveltos.clusterinventory.credential.secretreader.TokenSecrets;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.sveltos.ManagedMetadata;
import io.projectsveltos.clusterinventory.sveltos.Ownership;
import io.projectsveltos.clusterinventory.sveltos.SveltosCluster;
import io.projectsveltos.clusterinventory.sveltos.SveltosConnection;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a command reads from the API server, and puts into the stores that informers fill in the controller. What the caller
 * may not read is left out and remembered: a command answers with the rest. Only the ClusterProfiles are indispensable.
 */
final class ManagementCluster {

    private static final ResourceType SECRETS = new ResourceType("", "v1", "secrets");
    private static final ResourceType SVELTOS_CLUSTERS =
            new ResourceType("lib.projectsveltos.io", "v1beta1", "sveltosclusters");
    private static final ResourceType EVENTS = new ResourceType("events.k8s.io", "v1", "events");

    private final Settings settings;
    private final KubernetesClient client;
    private final AccessProviderSelector selector;
    private final KubeconfigSecretReader reader;
    private final TokenSecrets tokens;
    private final boolean isOldestOfCluster;
    private final ResourceReader<ClusterProfile> profiles;
    private final ResourceReader<PartialObjectMetadata> secrets;
    private final ResourceReader<? extends PartialObjectMetadata> clusters;
    private final InformerStore<ClusterProfile, ClusterProfile> profileStore;
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> secretStore;
    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> clusterStore;
    private final InformerStore<PartialObjectMetadata, String> sourceVersions;
    private final List<String> denied = new ArrayList<>();
    private final Set<ObjectKey> deniedSources = new HashSet<>();
    private boolean areSecretsKnown = true;
    private boolean areSveltosClustersKnown = true;
    private boolean areTokensKnown = true;
    private boolean areOthersKnown = true;

    ManagementCluster(CommandContext context) {
        settings = context.settings();
        client = context.client();
        selector = context.bean(AccessProviderSelector.class);
        reader = context.bean(KubeconfigSecretReader.class);
        tokens = context.bean(TokenSecrets.class);
        isOldestOfCluster = "oldest".equals(settings.text("same-cluster"));
        profiles = ResourceReader.of(
                client,
                ClusterProfile.class,
                names("clusterprofile.versions").stream()
                        .map(version -> new ResourceType(ClusterProfile.GROUP, version, "clusterprofiles"))
                        .toList());
        secrets = ResourceReader.ofMetadata(client, SECRETS);
        clusters = settings.flag("sveltosclusters.metadata-only")
                ? ResourceReader.ofMetadata(client, SVELTOS_CLUSTERS)
                : ResourceReader.of(client, SveltosCluster.class, List.of(SVELTOS_CLUSTERS));
        profileStore = context.store("clusterProfiles");
        secretStore = context.store("managedSecretStore");
        clusterStore = context.store("sveltosClusterStore");
        sourceVersions = context.store("sourceSecretVersions");
    }

    /** Reads a profile, its outputs and its source; with {@code same-cluster=oldest} also the other profiles. */
    void load(ObjectKey key) {
        ClusterProfile profile = profiles.get(key);
        profileStore.fill(Stream.ofNullable(profile).toList());
        Optional<List<PartialObjectMetadata>> secret =
                ifAllowed(() -> Stream.of(ManagedMetadata.secretOf(key), ManagedMetadata.authoritySecretOf(key))
                        .map(secrets::get)
                        .filter(Objects::nonNull)
                        .toList());
        areSecretsKnown = secret.isPresent();
        secretStore.fill(secret.orElse(List.of()));
        fillClusters(() -> listOf(clusters.get(key)));
        sourceVersions.fill(profile == null ? List.of() : sources(profile));
        if (profile != null && isOldestOfCluster) {
            loadOthers();
        }
    }

    /** Which profile registers a cluster depends on all profiles of it, and on their SveltosClusters. */
    private void loadOthers() {
        List<String> namespaces = names("watch-namespaces");
        ifAllowed(() -> profiles.list(namespaces, settings.text("selector"), null))
                .ifPresentOrElse(profileStore::fill, () -> areOthersKnown = false);
        fillClusters(() -> clusters.list(namespaces, null, null));
    }

    private void fillClusters(Supplier<List<? extends PartialObjectMetadata>> read) {
        Optional<List<? extends PartialObjectMetadata>> cluster = ifAllowed(read);
        areSveltosClustersKnown = cluster.isPresent();
        clusterStore.fill(cluster.orElse(List.of()));
    }

    /**
     * Reads all profiles that the settings select, their outputs and all possible sources.
     *
     * @return the profiles' keys, in order
     */
    List<ObjectKey> loadAll() {
        List<String> namespaces = names("watch-namespaces");
        List<ClusterProfile> all = profiles.list(namespaces, settings.text("selector"), null);
        profileStore.fill(all);
        Optional<List<PartialObjectMetadata>> secret = listSecrets(namespaces);
        areSecretsKnown = secret.isPresent();
        // the informer sees only those with our label; after a conflict the others are looked up one by one
        secretStore.fill(secret.orElse(List.of()).stream()
                .filter(object -> Ownership.hasOurLabel(object) || ManagedMetadata.profileOfSecret(object) != null)
                .toList());
        List<String> sourceNamespaces = names("secretreader.watch-namespaces");
        Optional<List<PartialObjectMetadata>> sources =
                sourceNamespaces.equals(namespaces) ? secret : listSecrets(sourceNamespaces);
        areTokensKnown = sources.isPresent();
        sourceVersions.fill(sources.orElse(List.of()).stream()
                .filter(object -> !Ownership.hasOurLabel(object))
                .toList());
        fillClusters(() -> clusters.list(namespaces, null, null));
        return all.stream()
                .map(ClusterProfile::getKey)
                .sorted(Comparator.comparing(ObjectKey::toString))
                .toList();
    }

    private Optional<List<PartialObjectMetadata>> listSecrets(List<String> namespaces) {
        return ifAllowed(() -> secrets.list(namespaces, null, settings.text("secretreader.field-selector")));
    }

    /** All profiles of the cluster, or of the watched namespaces if the others may not be listed. */
    List<ClusterProfile> allProfiles() {
        try {
            return profiles.list(List.of(), null, null);
        } catch (KubernetesApiException e) {
            List<String> namespaces = names("watch-namespaces");
            if (!e.isRefusal() || namespaces.isEmpty()) {
                throw e;
            }
            return profiles.list(namespaces, null, null);
        }
    }

    private List<PartialObjectMetadata> sources(ClusterProfile profile) {
        try {
            SelectedProvider provider = selector.select(profile);
            if (provider == null) {
                return List.of();
            }
            return switch (provider.kind()) {
                case SECRET_READER -> source(reader.reference(profile, provider.entry()));
                case TOKEN_SECRET -> tokens(tokens.watched(profile, provider.entry()));
                case WORKLOAD_IDENTITY, EXEC_PLUGIN, CUSTOM_ROUTE -> List.of();
            };
        } catch (ReconcileFailure e) {
            // the preview fails with it too
            return List.of();
        }
    }

    private List<PartialObjectMetadata> source(SecretKeySelector source) {
        Optional<List<PartialObjectMetadata>> found = ifAllowed(() -> listOf(secrets.get(source.secret())));
        if (found.isEmpty()) {
            deniedSources.add(source.secret());
        }
        return found.orElse(List.of());
    }

    /** Of a Secret that is named, or of all copies of OCM next to the profile. */
    private List<PartialObjectMetadata> tokens(ObjectKey watched) {
        Optional<List<PartialObjectMetadata>> found =
                ifAllowed(() -> watched.name().endsWith("-")
                        ? secrets.list(List.of(watched.namespace()), TokenSecrets.SYNCED_FROM, null)
                        : listOf(secrets.get(watched)));
        areTokensKnown = found.isPresent();
        return found.orElse(List.of());
    }

    /** Whether the profile is one of those that the settings select. */
    boolean isSelected(ObjectKey key) {
        List<String> namespaces = names("watch-namespaces");
        if (!namespaces.isEmpty() && !namespaces.contains(key.namespace())) {
            return false;
        }
        String selector = settings.text("selector");
        return selector.isEmpty()
                || !profiles.list(List.of(key.namespace()), selector, "metadata.name=" + key.name())
                        .isEmpty();
    }

    /** A profile that was loaded, or null. */
    ClusterProfile profile(ObjectKey key) {
        return profileStore.get(key.toString());
    }

    /** The content of a Secret, or null if it does not exist; fails if it may not be read. */
    Secret sourceOrRefusal(ObjectKey key) {
        return ResourceReader.of(client, Secret.class, List.of(SECRETS)).get(key);
    }

    /** The content of a source Secret, or null if it does not exist or {@link #isSourceKnown} is false. */
    Secret source(ObjectKey key) {
        if (deniedSources.contains(key)) {
            return null;
        }
        Optional<List<Secret>> found = ifAllowed(() ->
                listOf(ResourceReader.of(client, Secret.class, List.of(SECRETS)).get(key)));
        if (found.isEmpty()) {
            deniedSources.add(key);
        }
        return found.orElse(List.of()).stream().findFirst().orElse(null);
    }

    /** The whole SveltosCluster, or null if it does not exist or may not be read. */
    GenericKubernetesResource sveltosCluster(ObjectKey key) {
        return ifAllowed(() ->
                        listOf(ResourceReader.of(client, GenericKubernetesResource.class, List.of(SVELTOS_CLUSTERS))
                                .get(key)))
                .orElse(List.of())
                .stream()
                .findFirst()
                .orElse(null);
    }

    /** Sveltos' connection, in a form without credentials. */
    SveltosConnection connection(GenericKubernetesResource cluster) {
        return client.getKubernetesSerialization()
                .convertValue(cluster, SveltosCluster.class)
                .connection();
    }

    /** The Events of the controller on a profile, or none if they may not be read. */
    List<Event> events(ClusterProfile profile) {
        String selector = "reportingController=" + ManagedMetadata.FIELD_MANAGER + ",regarding.uid="
                + profile.getMetadata().getUid();
        return ifAllowed(() -> ResourceReader.of(client, Event.class, List.of(EVENTS))
                        .list(List.of(profile.getMetadata().getNamespace()), null, selector))
                .orElse(List.of());
    }

    boolean areSecretsKnown() {
        return areSecretsKnown;
    }

    boolean areSveltosClustersKnown() {
        return areSveltosClustersKnown;
    }

    /** Whether the metadata of Secrets with tokens could be read. */
    boolean areTokensKnown() {
        return areTokensKnown;
    }

    /** Whether all profiles of the same cluster are known, as far as they matter. */
    boolean areOthersKnown() {
        return areOthersKnown;
    }

    boolean isSourceKnown(ObjectKey source) {
        return !deniedSources.contains(source);
    }

    /** The API server's refusals, each with the missing permission. */
    List<String> denied() {
        return List.copyOf(denied);
    }

    private <T> Optional<T> ifAllowed(Supplier<T> read) {
        try {
            return Optional.of(read.get());
        } catch (KubernetesApiException e) {
            if (e.code() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            denied.add(e.getMessage());
            return Optional.empty();
        }
    }

    private List<String> names(String setting) {
        return Stream.of(settings.text(setting).split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static <T> List<T> listOf(T object) {
        return Stream.ofNullable(object).toList();
    }
}
