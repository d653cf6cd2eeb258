/**
 * Builds the content of the container image: a jpackage application with a Java runtime of its own and an AOT cache.
 * <ul>
 *   <li>jpackage makes a launcher that can stand at {@code /manager}, where the Go controller's Deployment looks for its
 *       program. The image itself starts Java with a file of arguments: the launcher first asks dpkg and rpm which package
 *       it belongs to, through a shell if there is one, which takes 0.1 s.
 *   <li>The AOT cache is made in the build, by a run against a mock API server over TLS. It is valid in the image because
 *       every file there has the same modification time.
 *   <li>Reflection uses native accessors. Java would spin a class for each way to call: twenty of them are 50 ms of a
 *       start. Later calls cost 4 % of the CPU of 1000 new profiles.
 * </ul>
 */
package io.projectsveltos.clusterinventory.image;
