/**
 * How the kubeconfig of a profile is obtained, validated and renewed. It depends on profiles, but not on outputs or Events.
 *
 * <p>A credential is fetched once. The annotations of the managed Secret say what its credential was made from (the
 * provider file's part and the profile's), when it was obtained, when the next one is due and when it expires. A plugin or
 * custom provider route runs only when one of these annotations requires it, or when the Secret has to be repaired. These
 * are wall-clock times in the Secret, so they survive restarts; if the clock was set back, the credential counts as due. A
 * profile that is due is queued once, and again a sync period later: in between, the queues retry failures with backoff,
 * and a failure that a retry cannot fix waits for a change.
 * <ul>
 *   <li>Workers of a second queue fetch credentials, and workers of the first queue write them. So a plugin that hangs does
 *       not occupy a worker that other profiles need; each profile still has one writer, and the fetched credential waits
 *       for it until it is written.
 *   <li>A request for a credential ends in one of four ways ({@code CredentialHandoff}), and a request that the queue does
 *       not contain counts as not made. So no matter what a status, a route or a restarted watch does, no profile waits for
 *       a credential that nobody fetches.
 *   <li>Tenants can read the annotations and could guess a short secret from a full digest. So {@code source-fingerprint}
 *       contains only 12 bits of a digest of the provider file's argument and variable values: one in 4096 changes of these
 *       values goes unnoticed until the next refresh. {@code kubeconfig-digest} is keyed with a random key of the process.
 *   <li>A deletion that waits for Sveltos takes the same branches, so the credential with which Sveltos cleans up stays
 *       fresh.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential;
