package io.projectsveltos.clusterinventory.events;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.failure.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * The memory of what was told of profiles, and of what is still to be told. Each message of a profile is one Event, which
 * is created when it occurs first and counted up afterwards; what becomes of a write is reported back here, so that
 * nothing counts as told before the API has it.
 *
 * <p>A request is had from {@link #next}, and its outcome is one of {@link #told}, {@link #there}, {@link #found},
 * {@link #missing} and {@link #giveUp}; without an outcome the same request is handed out again.
 */
public final class EventCorrelator {

    /** The API counts bytes. */
    private static final int MAX_NOTE_BYTES = 1024;

    /** What a plugin or an admission webhook wrote may hold line breaks, and what colours or rearranges a terminal. */
    private static final Pattern NOT_PRINTED = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");

    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final Clock clock;
    private final EventLimits limits;

    private final BoundedLru<ObjectKey, ProfileEvents> profiles;

    /**
     * Makes an empty memory.
     *
     * @param clock the clock
     * @param limits how much is remembered and told
     */
    public EventCorrelator(Clock clock, EventLimits limits) {
        this.clock = clock;
        this.limits = limits;
        this.profiles = new BoundedLru<>(limits.profiles(), ProfileEvents::isAnythingPending);
    }

    /**
     * Notes that something occurred.
     *
     * @param profile the profile
     * @param reason the reason
     * @param message one line for a human
     * @return what to tell, or null when it was told before
     */
    public synchronized ProfileEvent occurred(ClusterProfile profile, Reason reason, String message) {
        ProfileEvents told = remembered(ObjectReference.of(profile));
        EventSeries series = told.occurring(reason, note(message));
        boolean news = series.occurred(now());
        return told.isPending(series) ? new ProfileEvent(profile.getKey(), reason, message, news) : null;
    }

    /**
     * Notes that states do not last any more: when they come back, that is news.
     *
     * @param profile the profile
     * @param reasons the reasons of these states
     */
    public synchronized void end(ClusterProfile profile, Predicate<Reason> reasons) {
        ProfileEvents told = profiles.get(profile.getKey());
        if (told != null && told.isOf(ObjectReference.of(profile))) {
            told.end(reasons);
        }
    }

    /**
     * The next request to the API.
     *
     * @param key the profile's key
     * @param type of warnings or of notices
     * @return the request, or null when there is nothing to tell or the profile has used up its writes
     */
    public synchronized EventRequest next(@Variable("key") ObjectKey key, @Variable("eventType") Reason.Type type) {
        ProfileEvents told = profiles.get(key);
        return told == null ? null : told.next(type);
    }

    /**
     * When to ask for the next request.
     *
     * @param key the profile's key
     * @param type of warnings or of notices
     * @return how long to wait, or null when there is nothing to tell
     */
    public synchronized Duration untilNext(@Variable("key") ObjectKey key, @Variable("eventType") Reason.Type type) {
        ProfileEvents told = profiles.get(key);
        Duration wait = told == null ? null : told.untilNext(type);
        // a queue takes no time at all for never
        return wait == null || wait.compareTo(AT_ONCE) > 0 ? wait : AT_ONCE;
    }

    /**
     * The API has it.
     *
     * @param request the request
     */
    public void told(@Variable("eventRequest") EventRequest request) {
        update(request, series -> series.told(request.count(), now()));
    }

    /**
     * The API had it already: it was told before a restart, or the answer was lost. It is to be read.
     *
     * @param request the request
     */
    public void there(@Variable("eventRequest") EventRequest request) {
        update(request, EventSeries::there);
    }

    /**
     * The API has it from before, and counts on.
     *
     * @param request the request
     * @param event the Event in the API, null when it has gone since
     */
    public void found(@Variable("eventRequest") EventRequest request, @Body GenericKubernetesResource event) {
        update(request, event == null ? EventSeries::missing : series -> series.found(ExistingEvent.of(event)));
    }

    /**
     * The API has forgotten it, as it does with Events after an hour: it is to be told anew.
     *
     * @param request the request
     */
    public void missing(@Variable("eventRequest") EventRequest request) {
        update(request, EventSeries::missing);
    }

    /**
     * The API will not have it. It is tried again when its Event would have been written anew.
     *
     * @param request the request
     */
    public void giveUp(@Variable("eventRequest") EventRequest request) {
        update(request, series -> series.giveUp(request.count(), now()));
    }

    private synchronized void update(EventRequest request, Consumer<EventSeries> change) {
        ProfileEvents told = profiles.get(request.regarding().key());
        if (told != null) {
            told.update(request, change);
        }
    }

    private ProfileEvents remembered(ObjectReference regarding) {
        ProfileEvents known = profiles.get(regarding.key());
        ProfileEvents told =
                known != null && known.isOf(regarding) ? known : new ProfileEvents(regarding, limits, clock);
        profiles.put(regarding.key(), told);
        return told;
    }

    /** As exact as the API's times are, so that they compare. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static String note(String message) {
        String line = NOT_PRINTED.matcher(message).replaceAll(" ");
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_NOTE_BYTES) {
            return line;
        }
        int end = MAX_NOTE_BYTES;
        while ((bytes[end] & 0xC0) == 0x80) {
            // in the middle of a character
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
