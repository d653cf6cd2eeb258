package io.projectsveltos.clusterinventory.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.CredentialHandoff.Claim;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CredentialHandoffTest {

    private static final ObjectKey ONE = new ObjectKey("fleet", "one");
    private static final ObjectKey TWO = new ObjectKey("fleet", "two");

    private final Set<ObjectKey> queued = new HashSet<>();
    private final CredentialHandoff handoff = new CredentialHandoff(queued::contains, Clock.systemUTC());

    @BeforeEach
    void queueContainsAllProfiles() {
        queued.add(ONE);
        queued.add(TWO);
    }

    @Test
    void requestsACredentialOnceForManyReconciles() {
        assertTrue(handoff.request(ONE, "a"));
        assertFalse(handoff.request(ONE, "a"));
        assertTrue(handoff.request(TWO, "a"));
    }

    @Test
    void replacesARequestForAnotherFingerprint() {
        handoff.request(ONE, "a");

        assertTrue(handoff.request(ONE, "b"));
        assertTrue(handoff.request(ONE, "a"));
    }

    @Test
    void requestsAgainWhenTheQueueDoesNotContainTheProfile() {
        handoff.request(ONE, "a");
        queued.remove(ONE);

        assertTrue(handoff.request(ONE, "a"));
    }

    @Test
    void requestsAgainWhenTheCredentialWasNotWrittenBeforeItsRefresh() {
        Instant before = Instant.now().minusSeconds(60);
        Validity over = new Validity(before, before.plusSeconds(1), null);
        handoff.request(ONE, "a");
        handoff.fulfil(ONE, new Credential(new byte[1], "test", "a", null, over));

        assertNull(handoff.get(ONE, "a"));
        assertTrue(handoff.request(ONE, "a"));
    }

    @Test
    void doesNotRequestAgainWhatIsFulfilled() {
        Credential credential = credential("a");
        handoff.request(ONE, "a");
        handoff.fulfil(ONE, credential);

        assertFalse(handoff.request(ONE, "a"));
        assertSame(credential, handoff.get(ONE, "a"));
    }

    @Test
    void doesNotRequestAgainWhatIsFulfilledConcurrently() {
        Credential credential = credential("a");
        AtomicReference<CredentialHandoff> racing = new AtomicReference<>();
        racing.set(new CredentialHandoff(
                profile -> {
                    racing.get().fulfil(profile, credential);
                    return false;
                },
                Clock.systemUTC()));
        racing.get().request(ONE, "a");

        assertFalse(racing.get().request(ONE, "a"));
        assertSame(credential, racing.get().get(ONE, "a"));
    }

    @Test
    void claimsAPendingRequest() {
        handoff.request(ONE, "a");

        assertEquals(Claim.FETCH, handoff.claim(ONE, "a"));
        assertEquals(Claim.FETCH, handoff.claim(ONE, "a"), "a failed attempt is followed by the next");
    }

    @Test
    void claimsNothingWithoutARequest() {
        assertEquals(Claim.NOTHING, handoff.claim(ONE, "a"));
        handoff.request(TWO, "a");
        assertEquals(Claim.NOTHING, handoff.claim(ONE, "a"));
    }

    @Test
    void claimsNothingThatIsFulfilled() {
        handoff.request(ONE, "a");
        handoff.fulfil(ONE, credential("a"));

        assertEquals(Claim.NOTHING, handoff.claim(ONE, "a"));
        assertFalse(handoff.get(ONE, "a") == null);
    }

    @Test
    void withdrawsARequestForAnOutdatedFingerprint() {
        handoff.request(ONE, "a");

        assertEquals(Claim.RECONCILE, handoff.claim(ONE, "b"));
        assertEquals(Claim.NOTHING, handoff.claim(ONE, "b"));
        assertTrue(handoff.request(ONE, "a"), "the next reconcile decides");
    }

    @Test
    void keepsACredentialUntilItIsCleared() {
        Credential credential = credential("a");
        handoff.request(ONE, "a");
        handoff.fulfil(ONE, credential);

        assertSame(credential, handoff.get(ONE, "a"));
        assertSame(credential, handoff.get(ONE, "a"));
        handoff.clear(ONE);
        assertNull(handoff.get(ONE, "a"));
        assertTrue(handoff.request(ONE, "a"));
    }

    @Test
    void returnsNoCredentialBeforeItIsFetched() {
        assertNull(handoff.get(ONE, "a"));
        handoff.request(ONE, "a");
        assertNull(handoff.get(ONE, "a"));
    }

    @Test
    void returnsNoCredentialForAnotherProfile() {
        handoff.request(ONE, "a");
        handoff.request(TWO, "a");
        handoff.fulfil(ONE, credential("a"));

        assertNull(handoff.get(TWO, "a"));
    }

    @Test
    void returnsNoCredentialForAnotherFingerprint() {
        handoff.request(ONE, "a");
        handoff.fulfil(ONE, credential("a"));

        assertNull(handoff.get(ONE, "b"));
    }

    @Test
    void dropsACredentialThatWasRequestedForAnotherFingerprint() {
        Credential late = credential("a");
        Credential requested = credential("b");
        handoff.request(ONE, "b");

        handoff.fulfil(ONE, late);
        assertNull(handoff.get(ONE, "a"));
        handoff.fulfil(ONE, requested);
        handoff.fulfil(ONE, late);

        assertSame(requested, handoff.get(ONE, "b"));
    }

    @Test
    void dropsACredentialThatIsNotRequestedAnyMore() {
        handoff.request(ONE, "a");
        handoff.clear(ONE);
        handoff.fulfil(ONE, credential("a"));

        assertNull(handoff.get(ONE, "a"));
    }

    @Test
    void abandonsOnlyTheFailedRequest() {
        handoff.request(ONE, "a");
        handoff.abandon(ONE, "a");
        assertEquals(Claim.NOTHING, handoff.claim(ONE, "a"));

        handoff.request(ONE, "b");
        handoff.abandon(ONE, "a");
        handoff.abandon(ONE, null);
        assertEquals(Claim.FETCH, handoff.claim(ONE, "b"));
    }

    private static Credential credential(String fingerprint) {
        return new Credential(new byte[0], "test", fingerprint, null, null);
    }
}
