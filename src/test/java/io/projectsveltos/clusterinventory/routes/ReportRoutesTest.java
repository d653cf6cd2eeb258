package io.projectsveltos.clusterinventory.routes;

import static io.projectsveltos.clusterinventory.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.projectsveltos.clusterinventory.Fixtures;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.operations.ProfileEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportRoutesTest extends RouteTest {

    private static final String DOUBTFUL = "clusters: []\nusers: [{user: {exec: {command: plugin}}}]\n";

    @Test
    void queuesGoodNewsApartFromWarnings() {
        given(profile().build());
        givenSource(Fixtures.sourceSecret("5", DOUBTFUL));

        reconcile();

        assertEquals(Reason.Synced, ((ProfileEvent) edges.sentBy("queue-notice").body()).reason());
        assertEquals(
                Reason.UnsafeKubeconfig,
                ((ProfileEvent) edges.sentBy("queue-warning").body()).reason());
    }

    @Test
    void warnsOfTheSameDoubtfulKubeconfigOnce() {
        given(profile().build());
        givenSource(Fixtures.sourceSecret("5", DOUBTFUL));
        reconcile();
        edges.forget();
        givenSource(Fixtures.sourceSecret("6", DOUBTFUL));

        reconcile();

        assertEquals(List.of("get-source-secret", "apply-secret"), edges.steps());
    }

    @Test
    void dropsWhatIsTooMuchToTellInsteadOfWaiting() throws Exception {
        given(profile().build());
        givenSource(Fixtures.sourceSecret("5", DOUBTFUL));

        reconcile();

        for (String step : List.of("queue-notice", "queue-warning")) {
            assertEquals("true", edges.sentBy(step).options().get("discardWhenFull"), step);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct:record-warnings", "direct:record-notices"})
    void recordsAnEventOnTheProfile(String route) throws Exception {
        send(route, event(), Map.of());

        Edges.Sent sent = edges.sentBy("create-event");
        assertEquals("createCustomResource", sent.options().get("operation"));
        assertEquals("events.k8s.io", sent.options().get("crdGroup"));
        assertEquals("NotOwned", sent.object().get("reason"));
        assertEquals("Warning", sent.object().get("type"));
        assertEquals("somebody else's", sent.object().get("note"));
        assertEquals(Fixtures.PROFILE_UID, ((Map<?, ?>) sent.object().get("regarding")).get("uid"));
    }

    private static ProfileEvent event() {
        return new ProfileEvent(profile().build(), Reason.NotOwned, "somebody else's", "");
    }
}
