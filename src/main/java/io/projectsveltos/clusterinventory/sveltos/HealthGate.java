package io.projectsveltos.clusterinventory.sveltos;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.clusterprofile.ControlPlaneHealth;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Body;

/**
 * What the setting {@code health-gate} does while a profile's condition {@code ControlPlaneHealthy} is not True. It has no
 * state of its own: whether a cluster is registered or paused shows in its outputs, so a restart changes nothing. It never
 * withdraws a cluster, because Sveltos would uninstall its add-ons.
 */
public final class HealthGate {

    /** A cluster that is paused keeps its add-ons, and Sveltos changes nothing in it. */
    static final String PAUSED = "paused";

    private static final String PAUSED_PATH = DesiredObject.contentPath("spec", PAUSED);

    /** Sveltos writes {@code spec.paused} itself where this is set (sveltoscluster-manager, handleAutomaticPauseUnPause). */
    private static final String ACTIVE_WINDOW = DesiredObject.contentPath("spec", "activeWindow");

    private enum Mode {
        /** The condition is ignored. */
        OFF,
        /** A cluster is registered once its control plane is healthy, and stays registered. */
        FIRST,
        /** A cluster is paused while its control plane is not healthy. */
        PAUSE
    }

    private final Mode mode;
    private final Ownership ownership = new Ownership();

    /**
     * Parses the setting.
     *
     * @param setting {@code off}, {@code first} or {@code pause}
     * @throws IllegalArgumentException if it is another text
     */
    public HealthGate(String setting) {
        mode = switch (setting) {
            case "off", "first", "pause" -> Mode.valueOf(setting.toUpperCase(Locale.ROOT));
            default ->
                throw new IllegalArgumentException("health-gate is " + setting + ", expected off, first or pause");
        };
    }

    /** Whether the condition has any effect. */
    public boolean isOn() {
        return mode != Mode.OFF;
    }

    /**
     * Whether a profile is not registered yet because its control plane has to be healthy first.
     *
     * @param profile the profile
     * @param hasOutputs whether it is registered already
     * @return true if nothing may be created
     */
    public boolean isHoldingBack(ClusterProfile profile, boolean hasOutputs) {
        return mode == Mode.FIRST && !hasOutputs && profile.getControlPlaneHealth() != ControlPlaneHealth.HEALTHY;
    }

    /**
     * Whether {@code spec.paused} is a field that we apply. While the condition is unknown it stays as it is.
     *
     * @param cluster the SveltosCluster as it is, or null
     */
    boolean isPausing(ClusterProfile profile, PartialObjectMetadata cluster) {
        if (mode != Mode.PAUSE || cluster != null && isLeftAlone(cluster)) {
            return false;
        }
        return switch (profile.getControlPlaneHealth()) {
            case HEALTHY -> false;
            case UNHEALTHY -> true;
            case UNKNOWN -> cluster != null && isHolding(cluster);
        };
    }

    /** Whether {@code spec.paused} of a SveltosCluster is ours. */
    boolean isHolding(PartialObjectMetadata cluster) {
        return DesiredObject.isApplied(cluster, PAUSED_PATH);
    }

    /** A paused cluster is not cleaned up: its deletion would wait until the control plane is healthy. */
    private static boolean isLeftAlone(PartialObjectMetadata cluster) {
        return cluster.getMetadata().getDeletionTimestamp() != null
                || cluster.managedFields().isOwned(ACTIVE_WINDOW);
    }

    /**
     * Whether we have paused a SveltosCluster, and no other writer has.
     *
     * @param cluster the SveltosCluster, or null
     * @return true if it is no longer paused once we release the field
     */
    public boolean isPaused(@Body PartialObjectMetadata cluster) {
        return ownership.isOurs(cluster)
                && isHolding(cluster)
                && cluster.managedFields().owners().stream()
                                .filter(owner -> owner.paths().contains(PAUSED_PATH))
                                .count()
                        == 1;
    }

    /**
     * Releases a SveltosCluster that is to be deleted, whose profile may be gone.
     *
     * @param cluster a SveltosCluster that we have paused
     * @return a JSON merge patch of this version of it
     */
    public Map<String, Object> toRelease(@Body PartialObjectMetadata cluster) {
        return Map.of(
                "apiVersion",
                SveltosClusters.API_VERSION,
                "metadata",
                Map.of(
                        "namespace", cluster.getMetadata().getNamespace(),
                        "name", cluster.getMetadata().getName(),
                        "resourceVersion", cluster.getMetadata().getResourceVersion()),
                "spec",
                Collections.singletonMap(PAUSED, null));
    }
}
