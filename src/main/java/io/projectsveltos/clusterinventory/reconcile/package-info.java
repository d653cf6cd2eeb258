/**
 * The steps of a reconcile that set several variables at a time. Only they know exchanges; the beans that they ask, in the
 * packages of the input, the credentials and the outputs, do not.
 *
 * <p>Each condition of the routes reads one of these variables. An expression that calls a method, as in
 * {@code ${variable.clusterProfile.beingDeleted}}, copies the exchange: it costs as much as ten steps, and a reconcile has
 * dozens of conditions. The same goes for a comparison of an enum with a string, for which Camel asks all of its type
 * converters.
 */
package io.projectsveltos.clusterinventory.reconcile;
