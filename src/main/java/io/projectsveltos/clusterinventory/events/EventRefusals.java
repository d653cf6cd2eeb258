package io.projectsveltos.clusterinventory.events;

import io.projectsveltos.clusterinventory.component.kubernetes.KubernetesApiException;
import io.projectsveltos.clusterinventory.events.EventRequest.Verb;
import java.net.HttpURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that the API server rejects Events: one line when that begins and one when it ends. Permissions may differ between
 * namespaces and verbs, so it ends when the same verb is accepted in the same namespace.
 */
final class EventRefusals {

    private static final Logger LOG = LoggerFactory.getLogger(EventRefusals.class);

    /** The first forbidden attempt; null while Events are accepted. */
    private Attempt forbidden;

    private record Attempt(String namespace, Verb verb) {

        static Attempt of(EventRequest request) {
            return new Attempt(request.regarding().key().namespace(), request.verb());
        }
    }

    synchronized void refused(EventRequest request, KubernetesApiException refusal) {
        Attempt attempt = Attempt.of(request);
        if (isNamespaceGone(refusal)) {
            LOG.debug("{}; dropping the Event", refusal.getMessage());
            if (forbidden != null && forbidden.namespace().equals(attempt.namespace())) {
                // nothing is accepted there again, so a refusal elsewhere begins a new period
                forbidden = null;
            }
        } else if (refusal.code() != HttpURLConnection.HTTP_FORBIDDEN) {
            LOG.warn("{}; dropping the Event", refusal.getMessage());
        } else if (forbidden == null) {
            forbidden = attempt;
            LOG.warn(
                    "{}; dropping Events until they are accepted; grant the controller create, get and patch on"
                            + " events.events.k8s.io",
                    refusal.getMessage());
        }
    }

    synchronized void accepted(EventRequest request) {
        if (Attempt.of(request).equals(forbidden)) {
            forbidden = null;
            LOG.info("Events are accepted again");
        }
    }

    private static boolean isNamespaceGone(KubernetesApiException refusal) {
        return refusal.isNamespaceTerminating() || refusal.code() == HttpURLConnection.HTTP_NOT_FOUND;
    }
}
