package io.projectsveltos.clusterinventory.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The answer of {@code explain}; its fields are those of the JSON output. Times are RFC 3339.
 *
 * @param profile the profile's key
 * @param state the state
 * @param why what led to this state, one line
 * @param action what somebody has to do, one line; null if nobody has to do anything
 * @param next when the controller reconciles the profile again, one line
 * @param reason the reason of the Event that belongs to the failure, or null
 * @param accessProvider the access provider, or null
 * @param secret the managed Secret
 * @param caSecret the Secret with the CA of a cluster that is registered with workload identity; null if there is none, and
 *     none is needed
 * @param sveltosCluster the SveltosCluster
 * @param events what the controller has reported, the latest first
 * @param unknown what the caller may not read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Explanation(
        String profile,
        ProfileState state,
        String why,
        String action,
        String next,
        String reason,
        Provider accessProvider,
        ManagedSecret secret,
        AuthoritySecret caSecret,
        Cluster sveltosCluster,
        List<Reported> events,
        List<String> unknown) {

    /**
     * The access provider.
     *
     * @param offered the names in the profile's status, in its order
     * @param selected the name of the one that is used, or null
     * @param kind what it is, for people
     * @param source the key of a Secret that the kubeconfig is copied from, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Provider(List<String> offered, String selected, String kind, String source) {}

    /**
     * The managed Secret.
     *
     * @param change what the next reconcile does to it
     * @param obtainedAt when the credential in it was obtained, or null if it is copied or there is none
     * @param refreshAt when the next one is due, or null as before
     * @param expiresAt when it expires, or null if that is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ManagedSecret(
            String name, boolean exists, Change change, String obtainedAt, String refreshAt, String expiresAt) {}

    /**
     * The Secret with the CA.
     *
     * @param change what the next reconcile does to it
     */
    record AuthoritySecret(String name, boolean exists, Change change) {}

    /**
     * The SveltosCluster.
     *
     * @param change what the next reconcile does to it
     * @param differences the fields that change, each after {@code +} or {@code -}
     * @param ready whether Sveltos has connected to the cluster, or null if it has not tried
     * @param version the cluster's version as Sveltos has seen it, or null
     * @param failure why Sveltos cannot connect, without credentials; null unless it has failed several times in a row
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Cluster(
            String name,
            boolean exists,
            Change change,
            List<String> differences,
            Boolean ready,
            String version,
            String failure) {}

    /**
     * An Event.
     *
     * @param count how often it was observed
     * @param lastSeen when it was observed last
     */
    record Reported(String type, String reason, String message, int count, String lastSeen) {}
}
