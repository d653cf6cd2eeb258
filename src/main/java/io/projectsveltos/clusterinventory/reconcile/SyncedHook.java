package io.projectsveltos.clusterinventory.reconcile;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.hooks.Hook;
import io.projectsveltos.clusterinventory.hooks.Notifications;
import io.projectsveltos.clusterinventory.sveltos.OperationResult;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Variable;

/**
 * Notifies the hook {@link Hook#ON_SYNCED}.
 *
 * @param notifications delivers
 */
public record SyncedHook(Notifications notifications) {

    /**
     * Queues what was applied.
     *
     * @param profile the profile
     * @param secret what was done to the managed Secret, or null
     * @param cluster what was done to the SveltosCluster, or null
     */
    public void queue(
            @Variable("clusterProfile") ClusterProfile profile,
            @Variable("secretChange") OperationResult secret,
            @Variable("sveltosClusterChange") OperationResult cluster) {
        Map<String, Object> body = new HashMap<>();
        body.put("namespace", profile.getKey().namespace());
        body.put("name", profile.getKey().name());
        body.put("secret", name(secret));
        body.put("sveltosCluster", name(cluster));
        notifications.add(Hook.ON_SYNCED, profile, body);
    }

    private static String name(OperationResult change) {
        return (change == null ? OperationResult.NONE : change).name();
    }
}
