package io.projectsveltos.clusterinventory.hooks;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.credential.Renewal;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Body;

/** Requests renewals for routes that learn of changes. The request is the annotation, so it survives a restart. */
public final class Renewals {

    private static final Pattern KEY = Pattern.compile("[a-z0-9-]{1,63}/[a-z0-9.-]{1,253}");

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
     * What a log line may say of a request. The body may be a message of another system, of any size and content.
     *
     * @param key {@code namespace/name}, or anything
     * @return the key, or words in its place
     */
    public String shown(@Body String key) {
        return isKey(key) ? key.strip() : "the body, which is not namespace/name,";
    }

    /**
     * A merge patch that annotates a profile.
     *
     * @param key {@code namespace/name}
     * @return the patch; null if no such profile is served here
     */
    public Map<String, Object> patch(@Body String key) {
        ClusterProfile profile = isKey(key) ? profiles.get(key.strip()) : null;
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

    private static boolean isKey(String text) {
        return text != null && KEY.matcher(text.strip()).matches();
    }
}
