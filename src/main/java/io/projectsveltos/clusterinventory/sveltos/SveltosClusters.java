package io.projectsveltos.clusterinventory.sveltos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Json;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import io.projectsveltos.clusterinventory.hooks.Decorable;
import io.projectsveltos.clusterinventory.hooks.Decoration;
import io.projectsveltos.clusterinventory.registration.Registered;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.registration.Rules;
import io.projectsveltos.clusterinventory.registration.WorkloadIdentity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** What the SveltosCluster of a profile is, and what it should be. */
public final class SveltosClusters {

    static final String API_VERSION = "lib.projectsveltos.io/v1beta1";

    private static final String KEY_NAME = DesiredObject.contentPath("spec", "kubeconfigKeyName");
    private static final String KUBECONFIG_NAME = DesiredObject.contentPath("spec", "kubeconfigName");
    private static final String WORKLOAD_IDENTITY = DesiredObject.contentPath("spec", "workloadIdentity");
    private static final String AUTHORITY = WORKLOAD_IDENTITY + ".f:caSecretRef";
    private static final String TOKEN_RENEWAL = DesiredObject.contentPath("spec", "tokenRequestRenewalOption");

    private static final ObjectMapper JSON = Json.newMapper();

    private final InformerStore<PartialObjectMetadata, PartialObjectMetadata> store;
    private final OutputOptions options;
    private final HealthGate gate;
    private final Ownership ownership = new Ownership();

    SveltosClusters(
            InformerStore<PartialObjectMetadata, PartialObjectMetadata> store, OutputOptions options, HealthGate gate) {
        this.store = store;
        this.options = options;
        this.gate = gate;
    }

    /**
     * Looks a SveltosCluster up in the informer's store.
     *
     * @param profile the profile's key
     * @return its metadata, or null
     */
    public PartialObjectMetadata get(@Variable("key") ObjectKey profile) {
        return store.get(profile.toString());
    }

    /** Whether the profile has a SveltosCluster of ours. */
    boolean hasSveltosCluster(ObjectKey profile) {
        return ownership.isOurs(get(profile));
    }

    /** Whether Sveltos accesses the cluster with workload identity, no matter which field manager has set that. */
    boolean isRegisteredWithWorkloadIdentity(ObjectKey profile) {
        PartialObjectMetadata cluster = get(profile);
        return ownership.isOurs(cluster) && cluster.managedFields().isOwned(WORKLOAD_IDENTITY);
    }

    /** Whether the SveltosCluster that the API server has accepted refers to the managed Secret or may do so. */
    boolean needsKubeconfig(ObjectKey profile) {
        return !isRegisteredWithWorkloadIdentity(profile)
                || get(profile).managedFields().isOwned(KUBECONFIG_NAME);
    }

    /** Whether the SveltosCluster that the API server has accepted refers to a Secret with a CA or may do so. */
    boolean needsAuthority(ObjectKey profile) {
        PartialObjectMetadata cluster = get(profile);
        return !ownership.isOurs(cluster) || cluster.managedFields().isOwned(AUTHORITY);
    }

    /**
     * What we have applied to the metadata of the SveltosCluster and still own.
     *
     * @param profile the profile's key
     * @return it, or null if the informer knows no SveltosCluster with our label
     */
    Registered registered(ObjectKey profile) {
        PartialObjectMetadata cluster = get(profile);
        if (!ownership.isOurs(cluster)) {
            return null;
        }
        return new Registered(
                applied(cluster, "labels", cluster.labels()), applied(cluster, "annotations", cluster.annotations()));
    }

    static Map<String, String> applied(PartialObjectMetadata cluster, String section, Map<String, String> values) {
        Map<String, String> applied = new HashMap<>(values);
        applied.keySet().removeIf(name -> !DesiredObject.isApplied(cluster, "f:metadata.f:" + section + ".f:" + name));
        return applied;
    }

    /** Sveltos' connection to the cluster of a profile; null while only metadata is read, and without a SveltosCluster. */
    SveltosConnection connection(ObjectKey profile) {
        return get(profile) instanceof SveltosCluster cluster ? cluster.connection() : null;
    }

    /** The profiles whose cluster rejects our credential. */
    Stream<ObjectKey> rejecting() {
        return store.values().stream().filter(SveltosClusters::isRejecting).map(ObjectKey::of);
    }

    /** Whether the cluster of a profile rejects our credential. */
    boolean isRejecting(ObjectKey profile) {
        return isRejecting(get(profile));
    }

    /** Where Sveltos renews the token itself, it is not ours that the cluster rejects. */
    private static boolean isRejecting(PartialObjectMetadata object) {
        return object instanceof SveltosCluster cluster
                && cluster.connection().isRejected()
                && !isTokenRenewed(cluster);
    }

    /**
     * What an apply would do to the SveltosCluster.
     *
     * @param profile the profile
     * @param identity the workload identity, or null for the kubeconfig of the managed Secret
     * @param rules what the rules add
     * @param current the SveltosCluster as it is, or null
     * @return the result
     */
    public OperationResult change(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity,
            @Variable("ruleValues") RuleValues rules,
            @Body PartialObjectMetadata current) {
        if (desired(profile, identity, rules, current).matches(current)) {
            return OperationResult.NONE;
        }
        if (current == null) {
            return OperationResult.CREATED;
        }
        boolean pausing = gate.isPausing(profile, current);
        return pausing == gate.isHolding(current)
                ? OperationResult.UPDATED
                : pausing ? OperationResult.PAUSED : OperationResult.RELEASED;
    }

    /**
     * The fields that an apply would change.
     *
     * @param profile the profile
     * @param identity the workload identity, or null for the kubeconfig of the managed Secret
     * @param rules what the rules add
     * @param current the SveltosCluster as it is, or null
     * @return the fields, each after {@code +} or {@code -}; empty if there is no SveltosCluster
     */
    public List<String> differences(
            ClusterProfile profile, WorkloadIdentity identity, RuleValues rules, PartialObjectMetadata current) {
        return desired(profile, identity, rules, current).differences(current);
    }

    /**
     * The SveltosCluster, for server-side apply.
     *
     * @param profile the profile
     * @param identity the workload identity, or null for the kubeconfig of the managed Secret
     * @param rules what the rules add
     * @param current the SveltosCluster as it is, or null
     * @return the body of the apply
     * @throws ReconcileFailure if there is a SveltosCluster with this name that is not ours
     */
    public Map<String, Object> toApply(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity,
            @Variable("ruleValues") RuleValues rules,
            @Body PartialObjectMetadata current) {
        Ownership.refuseForeign("SveltosCluster", current);
        return desired(profile, identity, rules, current).toApply(current);
    }

    /**
     * Which writer undoes our repairs of the SveltosCluster.
     *
     * @param profile the profile
     * @param identity the workload identity, or null for the kubeconfig of the managed Secret
     * @param rules what the rules add
     * @param current the SveltosCluster as it is, or null
     * @return one line for a human
     */
    public String conflict(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("workloadIdentity") WorkloadIdentity identity,
            @Variable("ruleValues") RuleValues rules,
            @Body PartialObjectMetadata current) {
        return desired(profile, identity, rules, current).conflict(current);
    }

    /** Whether Sveltos renews the token of this cluster and writes the new kubeconfig to our key of the managed Secret. */
    boolean isRenewedInOurKey(ObjectKey profile) {
        PartialObjectMetadata cluster = get(profile);
        return isTokenRenewed(cluster) && DesiredObject.isApplied(cluster, KEY_NAME);
    }

    private DesiredObject desired(
            ClusterProfile profile, WorkloadIdentity identity, RuleValues rules, PartialObjectMetadata current) {
        Decoration decoration = rules.decoration();
        Map<String, Object> spec = new HashMap<>(decoration.spec());
        Map<String, String> annotations = Decoration.changed(annotations(profile, rules), decoration.annotations());
        // in the order of the rules, of which the fingerprint depends
        Map<String, String> data = decoration.data().isEmpty()
                ? rules.data()
                : new TreeMap<>(Decoration.changed(rules.data(), decoration.data()));
        if (!data.isEmpty()) {
            spec.put("data", data);
        }
        if (identity == null) {
            spec.put(
                    "kubeconfigName", ManagedMetadata.secretOf(profile.getKey()).name());
            if (!isTokenRenewed(current) || DesiredObject.isApplied(current, KEY_NAME)) {
                spec.put("kubeconfigKeyName", ManagedMetadata.KUBECONFIG_KEY);
            }
        } else {
            spec.put("workloadIdentity", withAuthority(identity, profile));
            annotations.put(ManagedMetadata.ACCESS_PROVIDER, identity.accessProvider());
        }
        if (identity != null || !data.isEmpty() || !decoration.spec().isEmpty()) {
            annotations.put(ManagedMetadata.FINGERPRINT, fingerprint(identity, data, decoration.spec()));
        }
        if (gate.isPausing(profile, current)) {
            spec.put(HealthGate.PAUSED, true);
        }
        Map<String, String> labels = Decoration.changed(labels(profile, rules), decoration.labels());
        return new DesiredObject(API_VERSION, "SveltosCluster", profile.getKey(), labels, annotations, "spec", spec);
    }

    /**
     * The SveltosCluster before its hook is asked.
     *
     * @param profile the profile
     * @param rules what the rules add
     * @return what the hook gets
     */
    public Decorable decorable(ClusterProfile profile, RuleValues rules) {
        Set<String> fixed = new HashSet<>();
        rules.labels().keySet().forEach(name -> fixed.add("labels/" + name));
        rules.data().keySet().forEach(name -> fixed.add("data/" + name));
        if (rules.shard() != null) {
            fixed.add("annotations/" + Rules.SHARD);
        }
        return new Decorable(labels(profile, rules), annotations(profile, rules), rules.data(), fixed);
    }

    private Map<String, String> annotations(ClusterProfile profile, RuleValues rules) {
        Map<String, String> annotations = options.annotations(profile);
        if (rules.shard() != null) {
            annotations.put(Rules.SHARD, rules.shard());
        }
        return annotations;
    }

    private Map<String, String> labels(ClusterProfile profile, RuleValues rules) {
        Map<String, String> labels = options.labels(profile);
        labels.putAll(rules.labels());
        return labels;
    }

    private static Map<String, Object> withAuthority(WorkloadIdentity identity, ClusterProfile profile) {
        Map<String, Object> fields = new HashMap<>(identity.spec());
        if (identity.authority() != null) {
            String secret = ManagedMetadata.authoritySecretOf(profile.getKey()).name();
            fields.put("caSecretRef", Map.of("name", secret));
        }
        return fields;
    }

    /** Managed fields show that a value was changed by another writer, not that we want another value now. */
    private static String fingerprint(WorkloadIdentity identity, Map<String, String> data, Map<String, Object> spec) {
        Map<String, Object> identitySpec = identity == null ? Map.of() : identity.spec();
        List<Object> parts = spec.isEmpty() ? List.of(identitySpec, data) : List.of(identitySpec, data, spec);
        try {
            return Credential.fingerprintOf(JSON.writeValueAsString(parts));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text can be written", e);
        }
    }

    /** Whether Sveltos renews the token itself. It writes the new kubeconfig to another key by default. */
    private static boolean isTokenRenewed(PartialObjectMetadata cluster) {
        return cluster != null && cluster.managedFields().isOwned(TOKEN_RENEWAL);
    }
}
