package io.projectsveltos.clusterinventory.hooks;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import java.util.Map;

/**
 * What a hook is called with.
 *
 * @param hook which one
 * @param profile the profile that it is about
 * @param body the body
 */
record HookCall(Hook hook, ClusterProfile profile, Map<String, Object> body) {}
