package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.credential.Validity;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * When the next credentials of managed Secrets are due, from their annotations. All Secrets are checked every few seconds,
 * so the parsed times are kept until the Secret changes.
 */
final class RefreshTimes {

    /** A Secret that was copied: its source is watched. */
    private static final Validity NEVER_DUE = new Validity(Instant.MIN, Instant.MAX, null);

    private static final Validity ALWAYS_DUE = new Validity(Instant.MIN, Instant.MIN, null);

    /** Of the Secrets of the last check. By identity, as a changed Secret is another object. */
    private Map<PartialObjectMetadata, Validity> known = Map.of();

    /** Those of all managed Secrets whose next credential is due. */
    synchronized List<PartialObjectMetadata> due(Collection<PartialObjectMetadata> secrets, Instant now) {
        Map<PartialObjectMetadata, Validity> checked = new IdentityHashMap<>(known.size());
        List<PartialObjectMetadata> due = new ArrayList<>();
        for (PartialObjectMetadata secret : secrets) {
            Validity before = known.get(secret);
            Validity validity = before == null ? of(secret) : before;
            checked.put(secret, validity);
            if (validity.isRefreshDue(now)) {
                due.add(secret);
            }
        }
        known = checked;
        return due;
    }

    static Validity of(PartialObjectMetadata secret) {
        Instant refresh = instant(secret, ManagedMetadata.REFRESH);
        Instant obtained = instant(secret, ManagedMetadata.OBTAINED);
        if (refresh == null && obtained == null) {
            // copied from a Secret, unless somebody has removed both annotations
            return secret.annotations().containsKey(ManagedMetadata.EXPIRY) ? ALWAYS_DUE : NEVER_DUE;
        }
        return refresh == null || obtained == null ? ALWAYS_DUE : new Validity(obtained, refresh, null);
    }

    /** Whether a credential was fetched by then. A copy was not fetched: it changes when its source does. */
    static boolean isFetchedBy(PartialObjectMetadata secret, Instant then) {
        Validity validity = of(secret);
        return validity != NEVER_DUE && !validity.obtained().isAfter(then);
    }

    private static Instant instant(PartialObjectMetadata object, String annotation) {
        String text = object.annotations().get(annotation);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            // edited by hand: long past, so that the credential is renewed and the annotation corrected
            return Instant.EPOCH;
        }
    }
}
