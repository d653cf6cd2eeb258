package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.events.EventRequest.Verb;
import java.net.HttpURLConnection;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that the API server does not accept Events: one line when that begins, one when it is over. Rights may differ between
 * namespaces and verbs, so it is over when the same verb is accepted in the same namespace.
 */
public final class EventRefusals {

    private static final Logger LOG = LoggerFactory.getLogger(EventRefusals.class);

    /** The first that was refused; null while Events are accepted. */
    private Attempt refused;

    private record Attempt(String namespace, Verb verb) {

        static Attempt of(EventRequest request) {
            return new Attempt(request.regarding().key().namespace(), request.verb());
        }
    }

    /**
     * The API server has refused an Event.
     *
     * @param request the request
     * @param refusal what it answered
     */
    public synchronized void refused(
            @Variable("eventRequest") EventRequest request, @ExchangeException KubernetesApiException refusal) {
        Attempt attempt = Attempt.of(request);
        if (isNamespaceGone(refusal)) {
            LOG.debug("{}; dropping the Event", refusal.getMessage());
            if (refused != null && refused.namespace().equals(attempt.namespace())) {
                // nothing will ever be accepted there: the next refusal elsewhere is a new one
                refused = null;
            }
        } else if (refusal.code() != HttpURLConnection.HTTP_FORBIDDEN) {
            LOG.warn("{}; dropping the Event", refusal.getMessage());
        } else if (refused == null) {
            refused = attempt;
            LOG.warn(
                    "{}; dropping Events until they are accepted: see that the controller may create, get and patch"
                            + " events.events.k8s.io",
                    refusal.getMessage());
        }
    }

    /**
     * The API server has accepted an Event.
     *
     * @param request the request
     */
    public synchronized void accepted(@Variable("eventRequest") EventRequest request) {
        if (Attempt.of(request).equals(refused)) {
            refused = null;
            LOG.info("Events are accepted again");
        }
    }

    private static boolean isNamespaceGone(KubernetesApiException refusal) {
        return refusal.isNamespaceTerminating() || refusal.code() == HttpURLConnection.HTTP_NOT_FOUND;
    }
}
