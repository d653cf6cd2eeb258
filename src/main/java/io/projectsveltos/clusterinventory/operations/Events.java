package io.projectsveltos.clusterinventory.operations;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import io.projectsveltos.clusterinventory.component.kubernetes.InvalidException;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.sveltos.Change;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;

/**
 * Decides what is worth an Event on a profile. A state that lasts is told once, and again when the API server has
 * forgotten it; the Event's name follows from its text, so that a restart does not tell it a second time.
 */
public final class Events {

    /** The API server drops Events after an hour, unless set otherwise. */
    private static final Duration TOLD_AGAIN_AFTER = Duration.ofMinutes(55);

    private static final Duration WAIT_WORTH_TELLING = Duration.ofMinutes(1);
    private static final int MOST_REMEMBERED = 10_000;
    private static final int LONGEST_NOTE = 1024;
    private static final int LONGEST_NAME_PREFIX = 200;

    private final Clock clock;
    private final String instance;
    private final Map<String, Told> told = new Recent();

    private record Told(Reason reason, String message, Instant when) {}

    /**
     * Makes a recorder.
     *
     * @param clock the clock
     * @param instance the name of this process, such as the pod's
     */
    public Events(Clock clock, String instance) {
        this.clock = clock;
        this.instance = instance;
    }

    /**
     * What a round that ended well has to tell.
     *
     * @param credential the kubeconfig, null when it was not read because it is the same as before
     * @param secret what became of the managed Secret, null when it was not looked at
     * @param cluster what became of the SveltosCluster
     * @return the Events, mostly none
     */
    public List<ProfileEvent> outcome(
            @ExchangeProperty("clusterProfile") ClusterProfile profile,
            @ExchangeProperty("credential") Credential credential,
            @ExchangeProperty("secretChange") Change secret,
            @ExchangeProperty("sveltosClusterChange") Change cluster) {
        List<ProfileEvent> events = new ArrayList<>();
        String synced = synced(profile, secret, cluster);
        if (synced != null) {
            events.add(new ProfileEvent(
                    profile, Reason.Synced, synced, clock.instant().toString()));
        }
        if (credential != null && credential.warning() != null) {
            events.addAll(once(profile, Reason.UnsafeKubeconfig, credential.warning()));
        } else {
            forget(profile);
        }
        return events;
    }

    /**
     * What a round that failed has to tell.
     *
     * @param profile the profile, null when it is gone
     * @param failure why it failed
     * @return the Event, or none when it was told before or there is no profile to tell it of
     */
    public List<ProfileEvent> failure(
            @ExchangeProperty("clusterProfile") ClusterProfile profile, @ExchangeException Exception failure) {
        if (profile == null) {
            return List.of();
        }
        if (failure instanceof TerminalException terminal) {
            return once(profile, terminal.getReason(), terminal.getMessage());
        }
        if (failure instanceof InvalidException) {
            return once(profile, Reason.ApplyRefused, failure.getMessage());
        }
        return List.of();
    }

    /**
     * What a deletion that has to wait has to tell.
     *
     * @param profile the profile, null when it is gone already
     * @return the Event, or none during the first minute
     */
    public List<ProfileEvent> waiting(@ExchangeProperty("clusterProfile") ClusterProfile profile) {
        if (profile == null
                || Instant.parse(profile.getMetadata().getDeletionTimestamp())
                        .isAfter(clock.instant().minus(WAIT_WORTH_TELLING))) {
            return List.of();
        }
        return once(
                profile,
                Reason.WaitingForSveltosCluster,
                "Sveltos still cleans up the cluster: its finalizers keep SveltosCluster " + profile.getKey());
    }

    /**
     * The Event as the API takes it (events.k8s.io/v1).
     *
     * @param event what to tell
     * @return the body of a create
     */
    public Map<String, Object> toApi(@Body ProfileEvent event) {
        ClusterProfile profile = event.profile();
        Map<String, Object> api = new LinkedHashMap<>();
        api.put("apiVersion", "events.k8s.io/v1");
        api.put("kind", "Event");
        api.put("metadata", Map.of("namespace", profile.getMetadata().getNamespace(), "name", name(event)));
        api.put("eventTime", clock.instant().truncatedTo(ChronoUnit.MICROS).toString());
        api.put("reportingController", "clusterinventory-camel");
        api.put("reportingInstance", instance);
        api.put("action", "Reconcile");
        api.put("reason", event.reason().name());
        api.put("type", event.reason().type().name());
        api.put("note", shortened(event.message(), LONGEST_NOTE));
        api.put(
                "regarding",
                Map.of(
                        "apiVersion", profile.getApiVersion(),
                        "kind", profile.getKind(),
                        "namespace", profile.getMetadata().getNamespace(),
                        "name", profile.getMetadata().getName(),
                        "uid", profile.getMetadata().getUid()));
        return api;
    }

    private static String synced(ClusterProfile profile, Change secret, Change cluster) {
        String done = secret == Change.CREATED || cluster == Change.CREATED
                ? "Created "
                : secret == Change.ROTATED ? "Rotated the kubeconfig of " : null;
        return done == null ? null : done + "SveltosCluster " + profile.getKey();
    }

    private synchronized List<ProfileEvent> once(ClusterProfile profile, Reason reason, String message) {
        Instant now = clock.instant();
        Told before = told.get(profile.getMetadata().getUid());
        if (before != null
                && before.reason() == reason
                && before.message().equals(message)
                && before.when().plus(TOLD_AGAIN_AFTER).isAfter(now)) {
            return List.of();
        }
        told.put(profile.getMetadata().getUid(), new Told(reason, message, now));
        return List.of(new ProfileEvent(profile, reason, message, ""));
    }

    private synchronized void forget(ClusterProfile profile) {
        told.remove(profile.getMetadata().getUid());
    }

    private static String name(ProfileEvent event) {
        String text = String.join(
                "\n",
                event.profile().getMetadata().getUid(),
                event.reason().name(),
                event.message(),
                event.occurrence());
        String prefix = shortened(event.profile().getMetadata().getName(), LONGEST_NAME_PREFIX);
        return prefix + "." + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    private static final class Recent extends LinkedHashMap<String, Told> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > MOST_REMEMBERED;
        }
    }
}
