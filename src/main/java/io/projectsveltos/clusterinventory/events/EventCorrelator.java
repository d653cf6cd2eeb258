package io.projectsveltos.clusterinventory.events;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.events.EventRequest.Verb;
import io.projectsveltos.clusterinventory.failure.Reason;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/**
 * Remembers which Events occurred and which of them the API server has recorded, as client-go's EventCorrelator
 * (tools/record) does. Each message about a profile is one Event: it is created when it first occurs, and its count is
 * increased afterwards.
 *
 * <p>{@link #nextRequest} returns what to send. Report the answer with {@link #markRecorded} or {@link #markRefusedOrRethrow};
 * without either, the same request is returned again.
 */
public final class EventCorrelator {

    /** The API server's limit of {@code note}, which counts bytes. */
    private static final int MAX_NOTE_BYTES = 1024;

    /** Line breaks, and what colours or rearranges a terminal: a plugin or an admission webhook may write such text. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");

    /** With a delay of zero a queue does not requeue. */
    private static final Duration MIN_DELAY = Duration.ofMillis(1);

    /** Bad request, missing permission, missing namespace, invalid: the same request would get the same answer. */
    private static final Set<Integer> REJECTIONS = Set.of(400, 403, 404, 422);

    private final Clock clock;
    private final EventLimits limits;
    private final EventRefusals refusals = new EventRefusals();

    private final BoundedLru<ObjectKey, ProfileEvents> profiles;

    public EventCorrelator(Clock clock, EventLimits limits) {
        this.clock = clock;
        this.limits = limits;
        this.profiles = new BoundedLru<>(limits.profiles(), ProfileEvents::isAnythingPending);
    }

    /**
     * Counts an occurrence.
     *
     * @param profile the profile
     * @param reason the reason
     * @param message one line for a human
     * @return what to record, or null if an earlier occurrence is recorded and the next refresh is not due
     */
    public synchronized ProfileEvent observe(ClusterProfile profile, Reason reason, String message) {
        ProfileEvents events = eventsOf(ObjectReference.of(profile));
        EventSeries series = events.seriesFor(reason, note(message));
        boolean isNew = series.observe(now());
        return events.isPending(series) ? new ProfileEvent(profile.getKey(), reason, message, isNew) : null;
    }

    /**
     * Ends ongoing states: their next occurrence is new.
     *
     * @param profile the profile
     * @param reasons the reasons of these states
     * @return whether one of them was ongoing, as far as this process knows
     */
    public synchronized boolean resolve(ClusterProfile profile, Predicate<Reason> reasons) {
        ProfileEvents events = profiles.get(profile.getKey());
        return events != null && events.isAbout(ObjectReference.of(profile)) && events.resolve(reasons);
    }

    /**
     * The next request to the API server. A request that writes counts against the profile's budget.
     *
     * @param key the profile's key
     * @param type which Events
     * @return the request, or null when nothing is pending or the profile has used up its budget
     */
    public synchronized EventRequest nextRequest(
            @Header(WorkqueueConstants.KEY) String key, @Variable("eventType") Reason.Type type) {
        ProfileEvents events = profiles.get(ObjectKey.parse(key));
        return events == null ? null : events.nextRequest(type);
    }

    /**
     * When to ask for the next request.
     *
     * @param key the profile's key
     * @param type which Events
     * @return how long to wait, at least a millisecond; or null when nothing is pending
     */
    public synchronized Duration nextRequestDelay(
            @Header(WorkqueueConstants.KEY) String key, @Variable("eventType") Reason.Type type) {
        ProfileEvents events = profiles.get(ObjectKey.parse(key));
        Duration delay = events == null ? null : events.nextRequestDelay(type);
        return delay == null || delay.compareTo(MIN_DELAY) > 0 ? delay : MIN_DELAY;
    }

    /**
     * The API server has recorded the Event now or, as a GET shows, before a restart.
     *
     * @param request the request
     * @param event the Event, null when a GET did not find it
     */
    public void markRecorded(@Variable("eventRequest") EventRequest request, @Body GenericKubernetesResource event) {
        refusals.accepted(request);
        if (request.verb() != Verb.GET) {
            update(request, series -> series.markRecorded(request.count(), now()));
        } else if (event != null) {
            update(request, series -> series.resumeFrom(event));
        } else {
            update(request, EventSeries::markExpired);
        }
    }

    /**
     * The API server has refused a request, or has not answered it. An Event that already exists is read next, an Event
     * that has expired is created again, and an Event that is rejected is dropped until its next refresh is due.
     *
     * @param request the request
     * @param error what the API server answered
     * @throws KubernetesApiException the same error, if a retry may help
     */
    public void markRefusedOrRethrow(
            @Variable("eventRequest") EventRequest request, @ExchangeException KubernetesApiException error) {
        Verb verb = request.verb();
        if (verb == Verb.CREATE && error.code() == HttpURLConnection.HTTP_CONFLICT) {
            update(request, EventSeries::markAlreadyExists);
        } else if (verb == Verb.PATCH && error.code() == HttpURLConnection.HTTP_NOT_FOUND) {
            update(request, EventSeries::markExpired);
        } else if (REJECTIONS.contains(error.code())) {
            refusals.refused(request, error);
            update(request, series -> series.markRejected(request.count(), now()));
        } else {
            throw error;
        }
    }

    private synchronized void update(EventRequest request, Consumer<EventSeries> change) {
        ProfileEvents events = profiles.get(request.regarding().key());
        if (events != null) {
            events.update(request, change);
        }
    }

    private ProfileEvents eventsOf(ObjectReference regarding) {
        ProfileEvents known = profiles.get(regarding.key());
        ProfileEvents events =
                known != null && known.isAbout(regarding) ? known : new ProfileEvents(regarding, limits, clock);
        profiles.put(regarding.key(), events);
        return events;
    }

    /** In microseconds, like the API server's times, so that both can be compared. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static String note(String message) {
        String line = UNPRINTABLE.matcher(message).replaceAll(" ");
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
