package io.projectsveltos.clusterinventory.credential.exec;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.RecentKeys;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the arguments and environment variables that a profile asks for (KEP-5339), and refuses those it may not set. */
final class ProfileExtensions {

    /** The extension with arguments (KEP-5339). */
    static final String ADDITIONAL_ARGS = "clusterprofiles.multicluster.x-k8s.io/exec/additional-args";

    /** The extension with environment variables (KEP-5339). */
    static final String ADDITIONAL_ENVS = "clusterprofiles.multicluster.x-k8s.io/exec/additional-envs";

    /** The prefix of these names before cluster-inventory-api renamed them. */
    private static final String OLDER_PREFIX = "multicluster.x-k8s.io/clusterprofiles/auth/exec/";

    private static final Logger LOG = LoggerFactory.getLogger(ProfileExtensions.class);
    private static final int MAX_NAME_LENGTH = 100;

    private final RecentKeys withOldNames = new RecentKeys();

    private record Extension(AccessProvider entry, String name, Object payload) {

        ReconcileFailure refused(String what) {
            return new ReconcileFailure(
                    Reason.InvalidAccessProvider,
                    "The extension " + name + " of the access provider " + entry.name() + " " + what);
        }
    }

    /**
     * The arguments that a profile asks for.
     *
     * @throws ReconcileFailure when they are not a list of strings
     */
    List<String> args(AccessProvider entry, ObjectKey profile) {
        Extension extension = find(entry, ADDITIONAL_ARGS, profile);
        if (extension.payload() == null) {
            return List.of();
        }
        // the published CRD lets only objects through
        Object list = extension.payload() instanceof Map<?, ?> object ? object.get("args") : extension.payload();
        if (!(list instanceof List<?> args) || !args.stream().allMatch(ProfileExtensions::isText)) {
            throw extension.refused("must be a list of strings: correct it in the cluster manager");
        }
        return args.stream().map(String.class::cast).toList();
    }

    /**
     * The variables that a profile asks for.
     *
     * @throws ReconcileFailure when they are not an object with string values, or the profile may not set one of them
     */
    Map<String, String> variables(AccessProvider entry, ObjectKey profile, ExecProvider provider) {
        Extension extension = find(entry, ADDITIONAL_ENVS, profile);
        if (extension.payload() == null) {
            return Map.of();
        }
        if (!(extension.payload() instanceof Map<?, ?> given)
                || !given.values().stream().allMatch(ProfileExtensions::isText)) {
            throw extension.refused("must be an object with string values: correct it in the cluster manager");
        }
        Map<String, String> variables = new HashMap<>();
        given.forEach((name, value) -> variables.put((String) name, (String) value));
        variables.keySet().forEach(name -> check(name, extension, provider));
        return variables;
    }

    private static void check(String name, Extension extension, ExecProvider provider) {
        if (!PluginEnvironment.isName(name) || name.length() > MAX_NAME_LENGTH) {
            throw extension.refused("sets a variable with an invalid name: correct it in the cluster manager");
        }
        if (PluginEnvironment.isReserved(name)) {
            throw extension.refused(
                    "sets the variable " + name + ", which profiles may never set: remove it in the cluster manager");
        }
        List<String> listed = provider.profileSourcedEnvVars();
        if (listed == null ? RiskyVariables.contains(name) : !listed.contains(name)) {
            throw extension.refused(
                    "sets the variable " + name + ", which profiles may not set: remove it in the cluster manager, or"
                            + " list it in profileSourcedEnvVars in the provider file");
        }
    }

    private Extension find(AccessProvider entry, String name, ObjectKey profile) {
        Object payload = entry.extensionPayload(name).orElse(null);
        if (payload != null) {
            return new Extension(entry, name, payload);
        }
        String older = OLDER_PREFIX + name.substring(name.lastIndexOf('/') + 1);
        Object olderPayload = entry.extensionPayload(older).orElse(null);
        if (olderPayload != null && withOldNames.add(profile.toString())) {
            LOG.info(
                    "The ClusterProfile {} has the extension {} under its old name; its cluster manager should write {}",
                    profile,
                    older,
                    name);
        }
        return new Extension(entry, older, olderPayload);
    }

    private static boolean isText(Object value) {
        return value instanceof String text && text.indexOf('\0') < 0;
    }
}
