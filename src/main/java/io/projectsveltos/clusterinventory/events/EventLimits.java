package io.projectsveltos.clusterinventory.events;

import java.time.Duration;

/**
 * How many Events are remembered and written.
 *
 * @param profiles how many profiles are remembered
 * @param messages how many messages per profile are remembered
 * @param refresh how long an ongoing state is only counted before its Event is written again
 * @param burst how many Events of each type may be written about a profile in a row
 * @param refill the time after which one more may be written
 */
public record EventLimits(int profiles, int messages, Duration refresh, int burst, Duration refill) {

    /**
     * The limits of client-go: an Event is written again every 30 minutes, before the API server drops it after an hour
     * (refreshTime in tools/events), and an object may have 25 in a row and one more every 5 minutes
     * (EventSourceObjectSpamFilter in tools/record).
     */
    public static final EventLimits DEFAULT =
            new EventLimits(10_000, 5, Duration.ofMinutes(30), 25, Duration.ofMinutes(5));
}
