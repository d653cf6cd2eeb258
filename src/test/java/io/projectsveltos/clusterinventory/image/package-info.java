/**
 * Builds the content of the container image: a jpackage application with a Java runtime of its own and an AOT cache.
 * <ul>
 *   <li>jpackage makes a launcher that also stands at {@code /manager}, where the Go controller's Deployment looks for its
 *       program. The image itself starts Java with a file of arguments: the launcher first asks dpkg and rpm which package
 *       it belongs to, through a shell if there is one, which takes 0.1 s.
 *   <li>The AOT cache is made in the build, by a run against a mock API server over TLS. It is valid in the image because
 *       every file there has the same modification time.
 *   <li>Reflection uses native accessors. Otherwise Java would generate a class for each call signature: twenty of them
 *       take 50 ms of the start. Later calls cost 4 % of the CPU of 1000 new profiles.
 * </ul>
 */
package io.projectsveltos.clusterinventory.image;
