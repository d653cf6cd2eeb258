/**
 * The settings of {@code application.properties}, as flags and the environment have changed them, and the old names of
 * settings that were renamed. A flag takes precedence over the environment; Camel's own order is the reverse.
 */
package io.projectsveltos.clusterinventory.settings;
