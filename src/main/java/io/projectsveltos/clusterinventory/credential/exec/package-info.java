/**
 * Exec credential plugins (KEP-5339): the provider file, one run of a plugin, and the ExecCredential that it prints.
 * Nothing is shared or kept between two runs.
 *
 * <h2>Processes</h2>
 *
 * <p>A plugin is third-party code that may hang, write without end or leave processes behind. None of that may affect
 * another profile.
 * <ul>
 *   <li>The processes of a plugin are recognized by a variable that they inherit, or by our pipes as their standard output
 *       or error: {@code /proc} shows both. Descent is not enough, since a process that outlives its parent is no longer a
 *       descendant. A process that has cleared its environment, lost its parent and closed both pipes is not found, but it
 *       holds none of our resources.
 *   <li>The worker that runs a plugin polls its output. A reading thread would hang for as long as any process that the
 *       plugin left behind holds the pipe.
 *   <li>As process 1, Java does not reap killed processes: the manifests set {@code shareProcessNamespace} for that.
 * </ul>
 *
 * <h2>What a profile may influence</h2>
 * <ul>
 *   <li>{@code $(VAR)} is expanded in the arguments and variables of the provider file, not in those of a profile: a
 *       profile could otherwise expose any variable of this process in the process list.
 *   <li>The provider file lists the variables that profiles may set; the deny list is only the fallback. Interpreters,
 *       loaders and SDKs know too many variables that run code or send an identity elsewhere.
 * </ul>
 *
 * <h2>Output</h2>
 * <ul>
 *   <li>camel-jackson unmarshals it after {@code ExecCredentialReader} has reduced it to one JSON object. A data format
 *       quotes its input in its errors, and here the input is a credential. So input that it could fail on never reaches
 *       it, and wrong types are reported by a converter that does not quote values.
 *   <li>A plugin that cannot be started is described by {@code StartFailure}, because Java's message contains the command
 *       line.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential.exec;
