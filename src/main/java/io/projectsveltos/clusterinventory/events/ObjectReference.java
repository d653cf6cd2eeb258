package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;

/**
 * The profile that an Event is about.
 *
 * @param apiVersion the API's version
 * @param kind the kind
 * @param key namespace and name
 * @param uid distinguishes it from a later profile with the same name
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
