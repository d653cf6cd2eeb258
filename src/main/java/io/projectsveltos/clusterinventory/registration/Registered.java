package io.projectsveltos.clusterinventory.registration;

import java.util.Map;

/**
 * The metadata that we have applied to the SveltosCluster of a profile and still own.
 *
 * @param labels its labels
 * @param annotations its annotations
 */
public record Registered(Map<String, String> labels, Map<String, String> annotations) {}
