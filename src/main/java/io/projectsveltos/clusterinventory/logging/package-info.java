/**
 * The log: levels, formats, and the DebuggingConfiguration of Sveltos that sets the level while the controller runs.
 * <ul>
 *   <li>The log is configured in code, in its format from the first logger on: reading a configuration file takes a good
 *       part of the start. So {@code Main} has no logger before it has read the command line.
 *   <li>The key of a profile is in the logging context ({@code mdcKey} of {@code workqueue:}), not in messages. Each line
 *       that is logged for a profile contains it once, no matter which class logs it; in JSON it is a field.
 *   <li>Messages quote profiles, plugins and API servers, none of which may be able to forge a log line. So
 *       control characters are escaped, and lines of a stack trace are indented.
 *   <li>Only our own loggers follow {@code -v} and the DebuggingConfiguration: at lower levels some libraries log
 *       credentials.
 *   <li>The route that watches the DebuggingConfiguration has a precondition: a setting turns it off where the controller
 *       has no cluster-scoped permissions. Neither the gate nor readiness depends on this watch, and it starts a second
 *       after the others.
 * </ul>
 */
package io.projectsveltos.clusterinventory.logging;
