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
    void theQueueKnowsAllProfiles() {
        queued.add(ONE);
        queued.add(TWO);
    }

    @Test
    void aRequestIsMadeOnceHoweverOftenTheProfileIsReconciled() {
        assertTrue(handoff.request(ONE, "a"));
        assertFalse(handoff.request(ONE, "a"));
        assertTrue(handoff.request(TWO, "a"));
    }

    @Test
    void aRequestForSomethingElseReplacesTheOneBefore() {
        handoff.request(ONE, "a");

        assertTrue(handoff.request(ONE, "b"));
        assertTrue(handoff.request(ONE, "a"));
    }

    @Test
    void aRequestThatTheQueueDoesNotKnowAnyMoreIsMadeAgain() {
        handoff.request(ONE, "a");
        queued.remove(ONE);

        assertTrue(handoff.request(ONE, "a"));
    }

    @Test
    void aRequestIsMadeAgainWhenTheCredentialCouldNotBeWrittenBeforeTheNextIsDue() {
        Instant before = Instant.now().minusSeconds(60);
        Validity over = new Validity(before, before.plusSeconds(1), null);
        handoff.request(ONE, "a");
        handoff.fulfil(ONE, new Credential(new byte[1], "test", "a", null, over));

        assertNull(handoff.get(ONE, "a"));
        assertTrue(handoff.request(ONE, "a"));
    }

    @Test
    void aRequestThatIsFulfilledIsNotMadeAgain() {
        Credential credential = credential("a");
        handoff.request(ONE, "a");
        handoff.fulfil(ONE, credential);

        assertFalse(handoff.request(ONE, "a"));
        assertSame(credential, handoff.get(ONE, "a"));
    }

    @Test
    void aRequestThatIsFulfilledWhileItIsMadeIsNotMadeAgain() {
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
    void claimsWhatIsRequested() {
        handoff.request(ONE, "a");

        assertEquals(Claim.FETCH, handoff.claim(ONE, "a"));
        assertEquals(Claim.FETCH, handoff.claim(ONE, "a"), "a failed attempt is followed by the next");
    }

    @Test
    void claimsNothingThatNobodyRequests() {
        assertEquals(Claim.NOTHING, handoff.claim(ONE, "a"));
        handoff.request(TWO, "a");
        assertEquals(Claim.NOTHING, handoff.claim(ONE, "a"));
    }

    @Test
    void claimsNothingThatIsFetchedAlready() {
        handoff.request(ONE, "a");
        handoff.fulfil(ONE, credential("a"));

        assertEquals(Claim.NOTHING, handoff.claim(ONE, "a"));
        assertFalse(handoff.get(ONE, "a") == null);
    }

    @Test
    void withdrawsARequestForWhatTheProfileDoesNotOfferAnyMore() {
        handoff.request(ONE, "a");

        assertEquals(Claim.RECONCILE, handoff.claim(ONE, "b"));
        assertEquals(Claim.NOTHING, handoff.claim(ONE, "b"));
        assertTrue(handoff.request(ONE, "a"), "the next reconcile decides");
    }

    @Test
    void aCredentialStaysUntilItsProfileIsCleared() {
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
    void aCredentialIsNotThereBeforeItIsFetched() {
        assertNull(handoff.get(ONE, "a"));
        handoff.request(ONE, "a");
        assertNull(handoff.get(ONE, "a"));
    }

    @Test
    void aCredentialIsGivenToNoOtherProfile() {
        handoff.request(ONE, "a");
        handoff.request(TWO, "a");
        handoff.fulfil(ONE, credential("a"));

        assertNull(handoff.get(TWO, "a"));
    }

    @Test
    void aCredentialIsNotUsedForWhatItWasNotMadeFrom() {
        handoff.request(ONE, "a");
        handoff.fulfil(ONE, credential("a"));

        assertNull(handoff.get(ONE, "b"));
    }

    @Test
    void aCredentialThatComesTooLateIsDropped() {
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
    void aCredentialThatNobodyRequestsAnyMoreIsDropped() {
        handoff.request(ONE, "a");
        handoff.clear(ONE);
        handoff.fulfil(ONE, credential("a"));

        assertNull(handoff.get(ONE, "a"));
    }

    @Test
    void abandonsTheRequestThatFailedAndNoOther() {
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
