/**
 * Events on ClusterProfiles: what is reported, and what has been recorded. Reporting must never delay or fail the
 * reconcile that it reports on.
 * <ul>
 *   <li>Events go through two queues of keys, one for each type, one request at a time and a few per second. A queue of
 *       keys is bounded by the number of profiles. Warnings have their own queue, so they do not wait for the Events of
 *       renewed credentials.
 *   <li>{@code EventCorrelator} remembers 10,000 profiles with 5 messages each. Nothing counts as recorded before the API
 *       server has stored it; when the cache is full, entries that are already recorded are evicted first.
 *   <li>The name of an Event is derived from the profile, the reason and the text. The Event is POSTed first and read only
 *       after a 409: a new Event costs one request, and one from before a restart costs two and is not repeated.
 *   <li>Repetitions are counted by a merge patch of the {@code series} (events.k8s.io/v1): one object per message instead
 *       of one per occurrence, and each patch extends its lifetime by an hour.
 *   <li>A profile may have 25 writes of each type in a row and one more every 5 minutes. If the text differs each time,
 *       like the error output of a plugin, the latest messages are written.
 *   <li>An Event that the API server refuses (400, 403, 404, 422) is logged as one WARN line; only the first 403 is logged
 *       until Events are accepted again. The next attempt is made when its refresh is due or the state returns.
 * </ul>
 */
package io.projectsveltos.clusterinventory.events;
