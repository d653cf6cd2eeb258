package io.projectsveltos.clusterinventory.operations;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;

/**
 * Something to be told of a profile.
 *
 * @param profile the profile
 * @param reason the reason, which decides the type
 * @param message one line for a human
 * @param occurrence what makes this one different from another of the same text, empty when nothing does
 */
public record ProfileEvent(ClusterProfile profile, Reason reason, String message, String occurrence) {}
