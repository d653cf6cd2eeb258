package io.projectsveltos.clusterinventory.sveltos;

import static io.projectsveltos.clusterinventory.testing.Fixtures.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Credential;
import io.projectsveltos.clusterinventory.credential.Validity;
import io.projectsveltos.clusterinventory.events.SetClock;
import io.projectsveltos.clusterinventory.hooks.Decoration;
import io.projectsveltos.clusterinventory.registration.RuleValues;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepairLimiterTest {

    private static final int BURST = 5;
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final OutputOptions OPTIONS = new OutputOptions("", "", "Opaque");

    private final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final RepairLimiter limiter = new RepairLimiter(OPTIONS, BURST, INTERVAL, clock);
    private final ClusterProfile profile = profile().build();
    private final PartialObjectMetadata ours =
            Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).ours().build();

    @Test
    void admitsABurstOfRepairsAndThenOnePerInterval() {
        assertEquals(1 + BURST, appliesAtOnce(profile));
        assertEquals(INTERVAL, delay(profile));

        clock.advance(INTERVAL.minusSeconds(1));
        assertEquals(Duration.ofSeconds(1), delay(profile));

        clock.advance(Duration.ofSeconds(1));
        assertEquals(1, appliesAtOnce(profile));
    }

    @Test
    void admitsTheBurstAgainAfterAQuietTime() {
        appliesAtOnce(profile);

        clock.advance(INTERVAL.multipliedBy(BURST).plusSeconds(1));

        assertFalse(limiter.isRecentlyRepaired(profile));
        assertEquals(BURST, appliesAtOnce(profile));
    }

    @Test
    void isRecentlyRepairedUntilAllRepairsAreAvailableAgain() {
        limiter.sveltosClusterApplied(profile, null, RuleValues.NONE);
        assertFalse(limiter.isRecentlyRepaired(profile));

        limiter.sveltosClusterApplied(profile, null, RuleValues.NONE);
        assertTrue(limiter.isRecentlyRepaired(profile));

        clock.advance(INTERVAL);
        assertFalse(limiter.isRecentlyRepaired(profile));
    }

    @Test
    void neverDelaysAnotherDesiredState() {
        appliesAtOnce(profile);

        for (int i = 0; i < 20; i++) {
            ClusterProfile changed = profile().labelled("tier", "" + i).build();
            assertNull(delay(changed));
            limiter.sveltosClusterApplied(changed, null, RuleValues.NONE);
        }
    }

    @Test
    void limitsRepairsOfANewDesiredStateToo() {
        appliesAtOnce(profile);

        assertEquals(1, appliesAtOnce(profile().labelled("tier", "gold").build()));
    }

    @Test
    void neverDelaysAProfileThatWasCreatedAgain() {
        appliesAtOnce(profile);

        assertNull(delay(profile().uid("another").build()));
    }

    @Test
    void ignoresChangesOfWhatIsNotCopied() {
        appliesAtOnce(profile);

        assertNotNull(delay(profile().metadata("annotations", Map.of("a", "b")).build()));
    }

    @Test
    void limitsTheOutputsOfAProfileSeparately() {
        appliesAtOnce(profile);

        assertNull(limiter.secretDelay(
                profile, credential("fingerprint", null), Decoration.NONE, OperationResult.UPDATED, ours));
    }

    @Test
    void limitsASecretWhoseRepairTakesANewCredentialEachTime() {
        for (int i = 0; i <= BURST; i++) {
            assertNull(secretDelay("fingerprint", i));
            limiter.secretApplied(profile, credential("fingerprint", i), Decoration.NONE);
            clock.advance(Duration.ofSeconds(1));
        }

        assertNotNull(secretDelay("fingerprint", BURST + 1));
    }

    @Test
    void neverDelaysACredentialFromAnotherSource() {
        for (int i = 0; i <= 2 * BURST; i++) {
            limiter.secretApplied(profile, credential("fingerprint", 0), Decoration.NONE);
        }

        assertNull(secretDelay("another", 0));
    }

    /** Even a short-lived one: one of half a minute would use up the repairs faster than they are refilled. */
    @Test
    void neverDelaysACredentialThatReplacesADueOne() {
        for (int i = 0; i < 10 * BURST; i++) {
            assertNull(secretDelay("fingerprint", i));
            limiter.secretApplied(profile, credential("fingerprint", i), Decoration.NONE);
            clock.advance(Duration.ofSeconds(30));
        }
    }

    @Test
    void doesNotLimitForeignObjects() {
        appliesAtOnce(profile);
        PartialObjectMetadata foreign =
                Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME).build();

        assertNull(limiter.sveltosClusterDelay(profile, null, RuleValues.NONE, OperationResult.UPDATED, foreign));
    }

    @Test
    void delaysNothingThatIsAsDesired() {
        appliesAtOnce(profile);

        assertNull(limiter.sveltosClusterDelay(profile, null, RuleValues.NONE, OperationResult.NONE, ours));
    }

    @Test
    void limitsWhatIsDeletedEachTime() {
        appliesAtOnce(profile);

        assertNotNull(limiter.sveltosClusterDelay(profile, null, RuleValues.NONE, OperationResult.CREATED, null));
    }

    @Test
    void worksWhenTheClockIsSetBack() {
        appliesAtOnce(profile);
        clock.advance(Duration.ofHours(-1));

        assertEquals(INTERVAL, delay(profile));
        clock.advance(INTERVAL);
        assertNull(delay(profile));
    }

    @Test
    void remembersALimitedNumberOfOutputs() {
        appliesAtOnce(profile);

        for (int i = 0; i < 10_000; i++) {
            limiter.sveltosClusterApplied(profile().named("other-" + i).build(), null, RuleValues.NONE);
        }

        assertNull(delay(profile));
    }

    @ParameterizedTest
    @CsvSource({"0, PT1M", "5, PT0S", "-1, PT1M", "5, PT-1S"})
    void refusesInvalidLimits(int burst, Duration interval) {
        assertThrows(IllegalArgumentException.class, () -> new RepairLimiter(OPTIONS, burst, interval, clock));
    }

    /** Applies the SveltosCluster until it has to wait. */
    private int appliesAtOnce(ClusterProfile of) {
        int applies = 0;
        while (delay(of) == null) {
            limiter.sveltosClusterApplied(of, null, RuleValues.NONE);
            applies++;
        }
        return applies;
    }

    private Duration delay(ClusterProfile of) {
        return limiter.sveltosClusterDelay(of, null, RuleValues.NONE, OperationResult.UPDATED, ours);
    }

    private Duration secretDelay(String fingerprint, int number) {
        return limiter.secretDelay(
                profile, credential(fingerprint, number), Decoration.NONE, OperationResult.UPDATED, ours);
    }

    /** One of several from the same source, each due 30 seconds after it was obtained. */
    private Credential credential(String fingerprint, Integer number) {
        Instant now = clock.instant();
        return new Credential(
                ("kubeconfig " + number).getBytes(),
                "provider",
                fingerprint,
                null,
                number == null ? null : new Validity(now, now.plusSeconds(30), now.plusSeconds(40)));
    }
}
