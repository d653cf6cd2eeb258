package io.projectsveltos.clusterinventory.credential;

import java.time.Instant;

/**
 * From when to when a credential is used.
 *
 * @param obtained when it was had
 * @param refresh when the next one is due
 * @param expiry when it expires, or null for never
 */
public record Validity(Instant obtained, Instant refresh, Instant expiry) {

    /**
     * Whether the next credential is due.
     *
     * @param now the time
     * @return true once refresh is reached, or when the clock has been set back to before the credential was had
     */
    public boolean isOver(Instant now) {
        return !now.isBefore(refresh) || now.isBefore(obtained);
    }
}
