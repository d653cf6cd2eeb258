/**
 * How the kubeconfig of a profile is obtained, judged and renewed. It knows profiles, but neither the outputs nor Events.
 *
 * <p>A credential is fetched once. The annotations of the managed Secret say what its credential was made from (the
 * provider file's part and the profile's), when it was obtained, when the next one is due and when it expires. A plugin or
 * custom provider route runs when one of these says so or when the Secret has to be repaired, and for nothing else. These
 * are wall-clock times in the Secret, so they survive restarts; a clock that was set back counts as due. A profile that is
 * due is queued once, and again a sync period later: in between, the queues retry with backoff what may succeed, and the
 * rest waits for a change.
 * <ul>
 *   <li>Workers of a queue of their own fetch credentials, and workers of the first queue write them. A plugin that hangs
 *       then delays none of the workers that other profiles need; each profile still has one writer, and the fetched
 *       credential waits for it until it is written.
 *   <li>A request for a credential ends in one of four ways ({@code CredentialHandoff}), and one that the queue does not
 *       know counts as not made. So whatever a status, a route or a restarted watch does, no profile waits for a credential
 *       that nobody fetches.
 *   <li>Tenants read the annotations and could guess a short secret from a full digest. So of the provider file's argument
 *       and variable values, {@code source-fingerprint} has 12 bits of a digest: one change in 4096 of these values waits
 *       for the next refresh. {@code kubeconfig-digest} is keyed with a random key of the process.
 *   <li>A deletion that waits for Sveltos takes the same branches, so the credential with which Sveltos cleans up stays
 *       fresh.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential;
