package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.credential.Renewal;
import io.projectsveltos.clusterinventory.credential.Validity;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.hooks.Decorable;
import io.projectsveltos.clusterinventory.hooks.Decoration;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** What the managed Secret of a profile is, what it should be, and when its credential is due. */
public final class ManagedSecrets {

    private static final Set<String> ANNOTATIONS = Set.of(
            ManagedMetadata.ACCESS_PROVIDER,
            ManagedMetadata.FINGERPRINT,
            ManagedMetadata.DIGEST,
            ManagedMetadata.OBTAINED,
            ManagedMetadata.REFRESH,
            ManagedMetadata.EXPIRY);
    private static final Map<String, String> OUR_LABEL = Map.of(ManagedMetadata.MANAGED_BY, ManagedMetadata.MANAGER);
    private static final String KUBECONFIG = DesiredObject.contentPath("data", ManagedMetadata.KUBECONFIG_KEY);

    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> store;
    private final SveltosClusters sveltosClusters;
    private final OutputOptions options;
    private final Clock clock;
    private final Duration minInterval;
    private final Ownership ownership = new Ownership();
    private final RefreshTimes refreshTimes = new RefreshTimes();

    /** @param minInterval how old a credential that its cluster rejects has to be before the next one is fetched */
    ManagedSecrets(
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> store,
            SveltosClusters sveltosClusters,
            OutputOptions options,
            Clock clock,
            Duration minInterval) {
        this.store = store;
        this.sveltosClusters = sveltosClusters;
        this.options = options;
        this.clock = clock;
        this.minInterval = minInterval;
    }

    /**
     * Looks a managed Secret up in the informer's store.
     *
     * @param profile the profile's key
     * @return its metadata, or null
     */
    public PartialObjectMetadata get(@Variable("key") ObjectKey profile) {
        return store.get(ManagedMetadata.secretOf(profile).toString());
    }

    /**
     * Whether the profile has a managed Secret of ours.
     *
     * @param profile the profile's key
     * @return true if so
     */
    public boolean hasManagedSecret(@Variable("key") ObjectKey profile) {
        return ownership.isOurs(get(profile));
    }

    /**
     * Whether the source has to be read: because the credential is due, is rejected or comes from another source, or because
     * the Secret was changed.
     *
     * @param profile the profile
     * @param provider the selected access provider
     * @param fingerprint the fingerprint of the source as it is now, or null if it is not known
     * @param decoration what a hook changes
     * @return false if the Secret can stay as it is
     */
    public boolean isOutdated(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("accessProvider") AccessProvider provider,
            @Variable("fingerprint") String fingerprint,
            @Variable("secretDecoration") Decoration decoration) {
        PartialObjectMetadata current = get(profile.getKey());
        if (fingerprint == null || !ownership.isOurs(current) || isDue(profile.getKey(), current)) {
            return true;
        }
        Map<String, String> annotations = new HashMap<>(current.annotations());
        annotations.keySet().retainAll(ANNOTATIONS);
        annotations.put(ManagedMetadata.ACCESS_PROVIDER, provider.name());
        if (!Renewal.isCovered(annotations.get(ManagedMetadata.FINGERPRINT), fingerprint)) {
            return true;
        }
        boolean isRenewedInPlace =
                sveltosClusters.isRenewedInOurKey(profile.getKey()) && !DesiredObject.isApplied(current, KUBECONFIG);
        Map<String, Object> content = isRenewedInPlace ? Map.of() : Map.of(ManagedMetadata.KUBECONFIG_KEY, "");
        return !secret(profile.getKey(), annotations, content, decoration).matches(current);
    }

    /** The managed Secret before its hook is asked: the annotations that this controller computes are not among it. */
    public Decorable decorable() {
        return new Decorable(OUR_LABEL, Map.of(), null, Set.of());
    }

    /**
     * What a hook has set in the managed Secret, as far as it is still ours.
     *
     * @param profile the profile's key
     * @return it, empty if there is no managed Secret
     */
    public Optional<Decoration> decoration(ObjectKey profile) {
        PartialObjectMetadata current = get(profile);
        if (!ownership.isOurs(current)) {
            return Optional.empty();
        }
        Map<String, String> labels = SveltosClusters.applied(current, "labels", current.labels());
        Map<String, String> annotations = SveltosClusters.applied(current, "annotations", current.annotations());
        labels.keySet().removeAll(OUR_LABEL.keySet());
        annotations.keySet().removeAll(ANNOTATIONS);
        return Optional.of(new Decoration(labels, annotations, Map.of(), Map.of()));
    }

    /** The managed Secrets whose next credential is due. */
    List<PartialObjectMetadata> dueForRefresh() {
        Stream<PartialObjectMetadata> due =
                refreshTimes.due(store.values(), clock.instant()).stream().filter(ManagedMetadata::isManagedSecret);
        Stream<PartialObjectMetadata> rejected = sveltosClusters
                .rejecting()
                .map(this::get)
                .filter(ownership::isOurs)
                .filter(this::isReplaceable);
        return Stream.concat(due, rejected).distinct().toList();
    }

    private boolean isDue(ObjectKey profile, PartialObjectMetadata secret) {
        return RefreshTimes.of(secret).isRefreshDue(clock.instant())
                || sveltosClusters.isRejecting(profile) && isReplaceable(secret);
    }

    /** Whether a credential that its cluster rejects is old enough to be replaced, so at most once in the interval. */
    private boolean isReplaceable(PartialObjectMetadata secret) {
        return RefreshTimes.isFetchedBy(secret, clock.instant().minus(minInterval));
    }

    /**
     * What an apply would do to the managed Secret.
     *
     * @param profile the profile
     * @param credential the kubeconfig that the Secret should hold
     * @param decoration what a hook changes
     * @param current the Secret as it is, or null
     * @return the result
     */
    public OperationResult change(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Variable("secretDecoration") Decoration decoration,
            @Body PartialObjectMetadata current) {
        if (current == null) {
            return OperationResult.CREATED;
        }
        String before = current.annotations().getOrDefault(ManagedMetadata.DIGEST, "");
        Map<String, String> annotations = annotations(credential);
        boolean comparable = Credential.isComparable(before);
        if (!comparable && !before.isEmpty()) {
            // written by another process: only the sources of the two kubeconfigs can be compared
            annotations.put(ManagedMetadata.DIGEST, before);
        }
        Map<String, Object> content = Map.of(ManagedMetadata.KUBECONFIG_KEY, "");
        if (secret(profile.getKey(), annotations, content, decoration).matches(current)) {
            return OperationResult.NONE;
        }
        // a Secret of the Go controller has no digest: whether its kubeconfig differs is unknown
        boolean rotated = comparable
                ? !credential.digest().equals(before)
                : !before.isEmpty() && !isSameSource(annotations, current.annotations());
        return rotated ? OperationResult.ROTATED : OperationResult.UPDATED;
    }

    private static boolean isSameSource(Map<String, String> some, Map<String, String> others) {
        return Stream.of(ManagedMetadata.FINGERPRINT, ManagedMetadata.OBTAINED)
                .allMatch(name -> Objects.equals(some.get(name), others.get(name)));
    }

    /**
     * The managed Secret, for server-side apply.
     *
     * @param profile the profile
     * @param credential the kubeconfig that the Secret should hold
     * @param decoration what a hook changes
     * @param current the Secret as it is, or null
     * @return the body of the apply
     * @throws ReconcileFailure if there is a Secret with this name that is not ours
     */
    public Map<String, Object> toApply(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Variable("secretDecoration") Decoration decoration,
            @Body PartialObjectMetadata current) {
        Ownership.refuseForeign("Secret", current);
        return desired(profile, credential, decoration).toApply(current);
    }

    /**
     * Whether the Secret has to be created with the type of the setting. A field that a manager has applied once has to be
     * in all its later applies, and no metadata says which type an existing Secret has; so another field manager applies
     * the type, once.
     *
     * @param current the Secret as it is, or null
     * @return false if the Secret exists, or if the type is the default of the API server
     */
    public boolean isTypeChosen(@Body PartialObjectMetadata current) {
        return current == null && options.secretType() != null;
    }

    /**
     * The managed Secret with its type, to create it. It has no annotations, and nothing of a hook: what two managers
     * have applied stays when one of them drops it.
     *
     * @param profile the profile
     * @param credential the kubeconfig that the Secret should hold
     * @return the body of the other field manager's apply
     */
    public Map<String, Object> toCreate(
            @Variable("clusterProfile") ClusterProfile profile, @Variable("credential") Credential credential) {
        Map<String, Object> body =
                new HashMap<>(secret(profile.getKey(), Map.of(), content(credential), Decoration.NONE)
                        .toApply(null));
        body.put("type", options.secretType());
        return body;
    }

    /**
     * Which writer undoes our repairs of the managed Secret.
     *
     * @param profile the profile
     * @param credential the kubeconfig that the Secret should hold
     * @param decoration what a hook changes
     * @param current the Secret as it is, or null
     * @return one line for a human
     */
    public String conflict(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("credential") Credential credential,
            @Variable("secretDecoration") Decoration decoration,
            @Body PartialObjectMetadata current) {
        return desired(profile, credential, decoration).conflict(current);
    }

    private static DesiredObject desired(ClusterProfile profile, Credential credential, Decoration decoration) {
        return secret(profile.getKey(), annotations(credential), content(credential), decoration);
    }

    private static DesiredObject secret(
            ObjectKey profile, Map<String, String> annotations, Map<String, Object> content, Decoration decoration) {
        return new DesiredObject(
                "v1",
                "Secret",
                ManagedMetadata.secretOf(profile),
                Decoration.changed(OUR_LABEL, decoration.labels()),
                Decoration.changed(annotations, decoration.annotations()),
                "data",
                content);
    }

    private static Map<String, Object> content(Credential credential) {
        return Map.of(ManagedMetadata.KUBECONFIG_KEY, Base64.getEncoder().encodeToString(credential.kubeconfig()));
    }

    private static Map<String, String> annotations(Credential credential) {
        Map<String, String> annotations = new HashMap<>();
        annotations.put(ManagedMetadata.ACCESS_PROVIDER, credential.provider());
        annotations.put(ManagedMetadata.FINGERPRINT, credential.fingerprint());
        annotations.put(ManagedMetadata.DIGEST, credential.digest());
        Validity validity = credential.validity();
        if (validity != null) {
            annotations.put(ManagedMetadata.OBTAINED, validity.obtained().toString());
            annotations.put(ManagedMetadata.REFRESH, validity.refresh().toString());
        }
        if (validity != null && validity.expiry() != null) {
            annotations.put(ManagedMetadata.EXPIRY, validity.expiry().toString());
        }
        return annotations;
    }
}
