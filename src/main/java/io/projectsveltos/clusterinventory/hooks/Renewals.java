package io.projectsveltos.clusterinventory.hooks;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.credential.Renewal;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Body;

/** Requests renewals for routes that learn of changes. The request is the annotation, so it survives a restart. */
public final class Renewals {

    private final InformerStore<ClusterProfile, ClusterProfile> profiles;
    private final Clock clock;

    /**
     * Requests renewals.
     *
     * @param profiles the informer's ClusterProfiles
     * @param clock the time is the value of the annotation
     */
    public Renewals(InformerStore<ClusterProfile, ClusterProfile> profiles, Clock clock) {
        this.profiles = profiles;
        this.clock = clock;
    }

    /**
     * A merge patch that annotates a profile.
     *
     * @param key {@code namespace/name}
     * @return the patch; null if no such profile is served here
     */
    public Map<String, Object> patch(@Body String key) {
        ClusterProfile profile = key == null ? null : profiles.get(key.strip());
        if (profile == null) {
            return null;
        }
        return Map.of(
                "apiVersion",
                profile.getApiVersion(),
                "metadata",
                Map.of(
                        "namespace",
                        profile.getKey().namespace(),
                        "name",
                        profile.getKey().name(),
                        "annotations",
                        Map.of(Renewal.ANNOTATION, clock.instant().toString())));
    }
}
