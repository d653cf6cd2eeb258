package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;

/**
 * The very profile that an Event is about.
 *
 * @param apiVersion the API's version
 * @param kind the kind
 * @param key namespace and name
 * @param uid tells it from another of the same name, made later
 */
public record ObjectReference(String apiVersion, String kind, ObjectKey key, String uid) {

    static ObjectReference of(ClusterProfile profile) {
        return new ObjectReference(
                profile.getApiVersion(),
                profile.getKind(),
                profile.getKey(),
                profile.getMetadata().getUid());
    }
}
