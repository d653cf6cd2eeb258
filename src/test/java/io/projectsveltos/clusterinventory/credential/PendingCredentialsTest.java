package io.projectsveltos.clusterinventory.credential;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PendingCredentialsTest {

    private static final ObjectKey ONE = new ObjectKey("fleet", "one");
    private static final ObjectKey TWO = new ObjectKey("fleet", "two");

    private final PendingCredentials pending = new PendingCredentials(Clock.systemUTC());

    @Test
    void isWantedOnceWhateverHowOftenItIsAskedFor() {
        assertTrue(pending.isNewlyWanted(ONE, "a"));
        assertFalse(pending.isNewlyWanted(ONE, "a"));
        assertTrue(pending.isNewlyWanted(TWO, "a"));
    }

    @Test
    void isWantedAnewWhenItIsToBeMadeFromSomethingElse() {
        pending.isNewlyWanted(ONE, "a");

        assertTrue(pending.isNewlyWanted(ONE, "b"));
        assertTrue(pending.isNewlyWanted(ONE, "a"));
    }

    @Test
    void isForgottenWhenItCouldNotBeWrittenUntilTheNextIsDue() {
        Instant before = Instant.now().minusSeconds(60);
        Validity over = new Validity(before, before.plusSeconds(1), null);
        pending.isNewlyWanted(ONE, "a");
        pending.deliver(ONE, new Credential(new byte[1], "test", "a", null, over));

        assertNull(pending.delivered(ONE, "a"));
        assertTrue(pending.isNewlyWanted(ONE, "a"));
    }

    @Test
    void staysUntilItIsSettled() {
        Credential credential = credential("a");
        pending.isNewlyWanted(ONE, "a");
        pending.deliver(ONE, credential);

        assertSame(credential, pending.delivered(ONE, "a"));
        assertSame(credential, pending.delivered(ONE, "a"));
        pending.settle(ONE);
        assertNull(pending.delivered(ONE, "a"));
        assertTrue(pending.isNewlyWanted(ONE, "a"));
    }

    @Test
    void isNotThereBeforeItIsDelivered() {
        assertNull(pending.delivered(ONE, "a"));
        pending.isNewlyWanted(ONE, "a");
        assertNull(pending.delivered(ONE, "a"));
    }

    @Test
    void isGivenToNoOtherProfile() {
        pending.isNewlyWanted(ONE, "a");
        pending.isNewlyWanted(TWO, "a");
        pending.deliver(ONE, credential("a"));

        assertNull(pending.delivered(TWO, "a"));
    }

    @Test
    void isNotUsedOnceItIsToBeMadeFromSomethingElse() {
        pending.isNewlyWanted(ONE, "a");
        pending.deliver(ONE, credential("a"));

        assertNull(pending.delivered(ONE, "b"));
    }

    @Test
    void isDroppedWhenItComesTooLate() {
        Credential late = credential("a");
        Credential wanted = credential("b");
        pending.isNewlyWanted(ONE, "b");

        pending.deliver(ONE, late);
        assertNull(pending.delivered(ONE, "a"));
        pending.deliver(ONE, wanted);
        pending.deliver(ONE, late);

        assertSame(wanted, pending.delivered(ONE, "b"));
    }

    @Test
    void isDroppedWhenNobodyWantsItAnyMore() {
        pending.isNewlyWanted(ONE, "a");
        pending.settle(ONE);
        pending.deliver(ONE, credential("a"));

        assertNull(pending.delivered(ONE, "a"));
    }

    private static Credential credential(String fingerprint) {
        return new Credential(new byte[0], "test", fingerprint, null, null);
    }
}
