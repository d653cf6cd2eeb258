package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConstants;
import io.projectsveltos.clusterinventory.failure.Reason;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Headers;

/**
 * What a route has to know about an Event, as headers: to read a header costs much less than to call a method of the body
 * in Simple.
 */
public final class EventHeaders {

    /** {@code Normal} or {@code Warning}. */
    static final String TYPE = "eventType";

    /** What to log; missing if the Event is not to be logged. */
    static final String LOG_LINE = "eventLogLine";

    /**
     * Sets the headers, and the key under which the Event is queued.
     *
     * @param event the Event
     * @param headers the headers of its message
     */
    public void set(@Body ProfileEvent event, @Headers Map<String, Object> headers) {
        Reason reason = event.reason();
        headers.put(WorkqueueConstants.KEY, event.key().toString());
        headers.put(TYPE, reason.type().name());
        // a slow deletion needs no line in the log
        if (event.isNew() && reason != Reason.WaitingForSveltosCluster) {
            headers.put(LOG_LINE, reason + ": " + event.message());
        }
    }
}
