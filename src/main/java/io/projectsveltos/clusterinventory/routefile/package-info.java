/**
 * Checks the files of {@code --routes}, with a line for each mistake: file, line, what is wrong, what to do. The start of the
 * controller and the command {@code check} use the same checks, in this order:
 * <ul>
 *   <li>each file by itself, when Camel is about to read it: its name, its encoding, and Camel's own schema. Camel ignores
 *       whatever is not a route, so a file may otherwise do nothing without a word.
 *   <li>the routes of all files together, before they are built: ids, endpoints, targets.
 *   <li>what Camel finds when it builds them, in other words: its messages lack the file and the line.
 * </ul>
 *
 * <p>Without custom files nothing is checked, and the schema is not loaded.
 */
package io.projectsveltos.clusterinventory.routefile;
