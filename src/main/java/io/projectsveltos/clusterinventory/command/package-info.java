/**
 * Commands that answer a question next to a running controller: {@code explain}, {@code check}, {@code plan} and
 * {@code try}. Their classes are loaded by the commands alone.
 * <ul>
 *   <li>The beans decide, and the commands describe. A command configures the same beans as the controller, with stores
 *       that are filled by one read in place of informers. {@code Previewer} asks them in the order of the routes.
 *   <li>The client's write fence is closed, so a command cannot write, whatever it does. It is open only for the stand-in of
 *       a management cluster in a case.
 *   <li>A case of {@code try --cases} has a management cluster and a clock of its own, and nothing of the environment
 *       counts: what passes here passes elsewhere.
 *   <li>{@code explain} and {@code plan} start no route. {@code check} builds routes without starting them, and {@code try}
 *       starts those that others call.
 *   <li>The permissions are the caller's. What may not be read is named in the answer, and the rest is answered.
 *   <li>The content of managed Secrets is never read. A source Secret is read when a reconcile would read it, since its
 *       value may be what is wrong; it is never printed.
 * </ul>
 */
package io.projectsveltos.clusterinventory.command;
