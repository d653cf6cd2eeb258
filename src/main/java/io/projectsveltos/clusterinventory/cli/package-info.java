/**
 * The command line: its flags, Go's durations, and the route files that {@code --routes} stands for. It turns text into
 * settings and does not depend on the rest of the controller.
 * <ul>
 *   <li>Flags are read by commons-cli. The class files of picocli are too old for an AOT cache, which costs 0.1 s of each
 *       start.
 *   <li>The flags of the Go controller are accepted under their names, so that its Deployment's arguments keep working.
 *   <li>A folder given as {@code --routes} is listed here, before Camel starts: Camel's patterns return files in no order.
 *       Each file of a mounted ConfigMap counts once, and a folder without route files is accepted.
 *   <li>Jars of {@code --lib} are found through the context class loader, so that the class path and with it the AOT cache stay
 *       as they are.
 * </ul>
 */
package io.projectsveltos.clusterinventory.cli;
