package io.projectsveltos.clusterinventory.credential;

import java.time.Instant;

/**
 * From when to when a credential is used.
 *
 * @param obtained when it was fetched
 * @param refresh when the next one is due
 * @param expiry when it expires, or null for never
 */
public record Validity(Instant obtained, Instant refresh, Instant expiry) {

    /** Also true when the clock was set back to before the credential was fetched. */
    public boolean isRefreshDue(Instant now) {
        return !now.isBefore(refresh) || now.isBefore(obtained);
    }
}
