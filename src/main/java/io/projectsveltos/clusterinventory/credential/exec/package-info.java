/**
 * Exec credential plugins (KEP-5339): the provider file, one run of a plugin, and the ExecCredential that it prints.
 * Nothing is shared or kept between two runs.
 *
 * <h2>Processes</h2>
 *
 * <p>A plugin is foreign code that may hang, flood or leave processes behind, and none of that may cost another profile.
 * <ul>
 *   <li>The processes of a plugin are known by a variable that they inherit, or by our pipes as their standard output or
 *       error: {@code /proc} shows both. Descent is not enough, since a process that outlives its parent is no longer a
 *       descendant. One that has cleared its environment, lost its parent and let go of both pipes stays, but holds nothing
 *       of ours.
 *   <li>The worker that runs a plugin polls its output. A reading thread would hang for as long as any process that the
 *       plugin left behind holds the pipe.
 *   <li>As process 1, Java does not reap killed processes: the manifests set {@code shareProcessNamespace} for that.
 * </ul>
 *
 * <h2>What a profile may influence</h2>
 * <ul>
 *   <li>{@code $(VAR)} is expanded in the arguments and variables of the provider file, not in those of a profile: a
 *       profile could otherwise have any variable of this process shown in the process list.
 *   <li>The provider file lists the variables that profiles may set; the deny list is only the fallback. Interpreters,
 *       loaders and SDKs know too many variables that run code or send an identity elsewhere.
 * </ul>
 *
 * <h2>Output</h2>
 * <ul>
 *   <li>camel-jackson unmarshals it after {@code ExecCredentialReader} has reduced it to one JSON object. The errors of a
 *       data format quote their input, which is a credential here: nothing that it could fail on gets that far, and a
 *       converter that quotes no value reports wrong types.
 *   <li>A plugin that cannot be started is described by {@code StartFailure}, because Java's message contains the command
 *       line.
 * </ul>
 */
package io.projectsveltos.clusterinventory.credential.exec;
