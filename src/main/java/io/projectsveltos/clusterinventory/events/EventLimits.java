package io.projectsveltos.clusterinventory.events;

import java.time.Duration;

/**
 * How much is remembered and told of profiles.
 *
 * @param profiles how many profiles are remembered
 * @param messages how many messages are remembered of each
 * @param refresh how long a state that lasts is only counted, before its Event is written again
 * @param burst how many writes of each type a profile may have at once
 * @param refill the time in which it may have one more
 */
public record EventLimits(int profiles, int messages, Duration refresh, int burst, Duration refill) {

    /**
     * client-go's: an Event is written anew every 30 minutes, which renews the hour that the API server keeps it (refreshTime
     * of tools/events), and an object may have 25 at once and one more every 5 minutes (EventSourceObjectSpamFilter of
     * tools/record).
     */
    public static final EventLimits DEFAULT =
            new EventLimits(10_000, 5, Duration.ofMinutes(30), 25, Duration.ofMinutes(5));
}
