package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.hooks.Hook;
import io.projectsveltos.clusterinventory.hooks.Notifications;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Notifies the hook {@link Hook#ON_EVENT}.
 *
 * @param notifications delivers
 */
public record EventHook(Notifications notifications) {

    /**
     * Queues an Event that is new.
     *
     * @param event the Event
     * @param profile its profile
     */
    public void queue(@Body ProfileEvent event, @Variable("clusterProfile") ClusterProfile profile) {
        if (event.isNew()) {
            notifications.add(
                    Hook.ON_EVENT,
                    profile,
                    Map.of(
                            "type", event.reason().type().name(),
                            "reason", event.reason().name(),
                            "message", event.message(),
                            "object",
                                    Map.of(
                                            "apiVersion", profile.getApiVersion(),
                                            "kind", profile.getKind(),
                                            "namespace", event.key().namespace(),
                                            "name", event.key().name(),
                                            "uid", profile.getMetadata().getUid())));
        }
    }
}
