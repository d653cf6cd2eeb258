/**
 * Events on ClusterProfiles: what is worth one, and what has been recorded. Reporting must never delay or fail the
 * reconcile that it reports on.
 * <ul>
 *   <li>Events go through two queues of keys, one for each type, one request at a time and throttled. Queues of keys are
 *       bounded by the number of profiles. Warnings have a queue of their own, so they do not wait for the Events of
 *       renewed credentials.
 *   <li>{@code EventCorrelator} remembers 10,000 profiles with 5 messages each. Nothing counts as recorded before the API
 *       server has it; when the cache is full, entries that are already recorded are evicted first.
 *   <li>The name of an Event follows from profile, reason and text. It is POSTed first and read only after a 409: a new
 *       Event costs one request, and a restart repeats nothing and costs two.
 *   <li>Repetitions are counted by a merge patch of the {@code series} (events.k8s.io/v1): one object per message instead
 *       of one per occurrence, and the patch extends its lifetime of an hour.
 *   <li>A profile has 25 writes of each type and one more every 5 minutes. Where texts differ each time, such as the error
 *       output of a plugin, the latest messages are written.
 *   <li>An Event that the API server refuses (400, 403, 404, 422) is one WARN line, for 403 one in all. The next attempt
 *       comes when its refresh is due or the state is back.
 * </ul>
 */
package io.projectsveltos.clusterinventory.events;
