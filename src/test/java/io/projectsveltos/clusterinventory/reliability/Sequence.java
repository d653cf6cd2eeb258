package io.projectsveltos.clusterinventory.reliability;

import static org.awaitility.Awaitility.await;

import io.projectsveltos.clusterinventory.reliability.Expected.Offer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A random sequence of what happens to one profile, and the history of it. Its steps come from its seed; what some of them
 * meet, such as a profile whose deletion still runs, depends on the controller. One thread at a time.
 */
final class Sequence {

    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final List<String> SHARDS = List.of("a", "b");

    private final TestedProfile profile;
    private final Expected expected;
    private final long seed;
    private final long begin;
    private final boolean isSharded;
    private final Random random;
    private final List<String> history = new ArrayList<>();
    private int stepsLeft;
    private long waitsSince;
    private Duration longest = Duration.ZERO;
    private List<Difference> left = List.of();

    /**
     * Begins without a profile.
     *
     * @param begin when all began, in nanoseconds; the history has times since then
     * @param isSharded whether profiles move between deployments, and lose their finalizers
     */
    Sequence(TestedProfile profile, long seed, long begin, boolean isSharded) {
        this.profile = profile;
        this.expected = profile.expected();
        this.seed = seed;
        this.begin = begin;
        this.isSharded = isSharded;
        this.random = new Random(seed);
        this.stepsLeft = 4 + random.nextInt(12);
        if (isSharded) {
            moveBeforeItExists();
        }
    }

    /** Does the next steps, or looks whether all is right; returns the time until its next turn, null at its end. */
    Duration turn(Duration limit) {
        if (waitsSince != 0) {
            return look(limit);
        }
        burst();
        if (isDone() || random.nextInt(4) == 0) {
            waitsSince = System.nanoTime();
        }
        return nextTurn();
    }

    /** What was not right at its end. */
    List<Difference> left() {
        return left;
    }

    /** How long it took at most until all was right. */
    Duration longest() {
        return longest;
    }

    private boolean isDone() {
        return stepsLeft == 0;
    }

    /** A few steps in a row, so close that the controller may see only the last. */
    private void burst() {
        for (int steps = 1 + random.nextInt(3); steps > 0 && !isDone(); steps--) {
            note(step());
            stepsLeft--;
        }
        if (isDone() && random.nextInt(4) > 0) {
            conclude();
        }
    }

    private Duration look(Duration limit) {
        Actual actual = profile.actual();
        List<Difference> differences = expected.differences(actual);
        Duration time = Duration.ofNanos(System.nanoTime() - waitsSince);
        if (!differences.isEmpty() && time.compareTo(limit) < 0) {
            return POLL;
        }
        waitsSince = 0;
        longest = time.compareTo(longest) > 0 ? time : longest;
        left = differences;
        if (differences.isEmpty()) {
            expected.settle(actual);
        }
        note(differences.isEmpty() ? "all is right" : "not right: " + differences);
        return isDone() || !differences.isEmpty() ? null : nextTurn();
    }

    private Duration nextTurn() {
        return Duration.ofMillis(random.nextInt(500));
    }

    /** What was done, with seconds since all began. */
    String history() {
        return expected.name + ", seed " + seed + ":\n  " + String.join("\n  ", history);
    }

    private String step() {
        if (!expected.exists) {
            return expected.isHeld && random.nextInt(3) > 0 ? whileDeleted() : create();
        }
        if (!expected.isUsable() && random.nextInt(4) == 0) {
            return profile.offer();
        }
        return random.nextInt(3) > 0 ? changeProfile() : changeOutputs();
    }

    private String changeProfile() {
        return switch (random.nextInt(isSharded ? 15 : 12)) {
            case 0, 1 -> profile.relabel();
            case 2, 3 -> profile.rotate();
            case 4 -> profile.display();
            case 5 -> profile.offerUnusable(Offer.NOTHING);
            case 6 -> profile.offerUnusable(Offer.INCOMPLETE);
            case 7 -> profile.offerUnusable(Offer.UNKNOWN);
            case 8 -> profile.switchProvider();
            case 9 -> expected.offer == Offer.READER ? profile.loseSource(random.nextBoolean()) : profile.rotate();
            case 10 -> profile.delete();
            case 11 -> replace();
            case 12 -> random.nextBoolean() ? profile.deleteWithoutCleanup() : profile.move(null);
            default -> profile.move(SHARDS.get(random.nextInt(SHARDS.size())));
        };
    }

    private String changeOutputs() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> profile.tamperWithTheCluster(random);
            case 3, 4, 5 -> profile.tamperWithTheSecret(random);
            case 6 -> profile.deleteTheCluster();
            case 7 -> profile.deleteTheSecret();
            case 8 -> profile.mark();
            case 9 -> takeOrGiveBack();
            default -> expected.isHeld ? profile.release() : profile.hold();
        };
    }

    private String takeOrGiveBack() {
        return expected.cluster.isTaken() || expected.secret.isTaken()
                ? profile.giveBack()
                : profile.take(random.nextBoolean());
    }

    /** While Sveltos still cleans up, and needs a credential that is valid. */
    private String whileDeleted() {
        boolean canRotate = expected.isUsable() && !expected.isStripped;
        return canRotate && random.nextBoolean() ? profile.rotate() : profile.release();
    }

    private String create() {
        if (!profile.create()) {
            return "not created, its deletion still runs";
        }
        if (random.nextInt(4) == 0) {
            return "create, without a status";
        }
        note("create");
        return profile.offer();
    }

    /** Deletes it, and creates it again as soon as the API server accepts it. */
    private String replace() {
        note(profile.delete());
        if (expected.isHeld) {
            return "held";
        }
        try {
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .until(profile::create);
            note("create immediately");
            return profile.offer();
        } catch (ConditionTimeoutException e) {
            // the controller does not run at present
            return "not created, its deletion still runs";
        }
    }

    /** Ends in a state in which exactly one result is right. */
    private void conclude() {
        if (expected.isHeld) {
            note(profile.release());
        }
        if (!expected.exists) {
            return;
        }
        if (isSharded && !expected.isSelected) {
            note(profile.move(SHARDS.get(random.nextInt(SHARDS.size()))));
        }
        if (expected.cluster.isTaken() || expected.secret.isTaken()) {
            note(profile.giveBack());
        }
        if (!expected.isUsable()) {
            note(profile.offer());
        }
    }

    private void moveBeforeItExists() {
        int shard = random.nextInt(SHARDS.size() + 1);
        expected.shard = shard < SHARDS.size() ? SHARDS.get(shard) : null;
        expected.isSelected = expected.shard != null;
    }

    private void note(String what) {
        history.add(String.format("%7.2f %s", (System.nanoTime() - begin) / 1e9, what));
    }
}
