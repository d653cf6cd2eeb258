package io.projectsveltos.clusterinventory.clusterprofile;

import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.failure.Reason;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Selects the access provider to use for a profile. */
public final class AccessProviderSelector {

    /** The access provider that is always available: it reads the kubeconfig from a key of a Secret. */
    public static final String SECRET_READER = "kubeconfig-secretreader";

    private static final Logger LOG = LoggerFactory.getLogger(AccessProviderSelector.class);

    private final List<String> registered;
    private final List<String> execProviders;
    private final List<String> inOrder;
    private final Supplier<Set<String>> customRoutes;
    private final Supplier<Set<String>> packagedRoutes;
    private final RecentKeys warned = new RecentKeys();

    /**
     * Prefers registrations, which need no stored credential, then the secret reader, then exec plugins, then custom
     * provider routes, then packaged ones: a profile that is served in one of the other ways stays as it is.
     *
     * @param registered the names in the registration file, in its order
     * @param execProviders the names in the provider file, in its order; {@link #SECRET_READER} among them replaces the
     *     built-in one
     * @param customRoutes the names that have a custom provider route
     * @param packagedRoutes the names that have a packaged provider route
     */
    public AccessProviderSelector(
            List<String> registered,
            List<String> execProviders,
            Supplier<Set<String>> customRoutes,
            Supplier<Set<String>> packagedRoutes) {
        this.registered = List.copyOf(registered);
        this.execProviders = List.copyOf(execProviders);
        Stream<String> builtIn = execProviders.contains(SECRET_READER) ? Stream.empty() : Stream.of(SECRET_READER);
        this.inOrder = Stream.of(registered.stream(), builtIn, execProviders.stream())
                .flatMap(names -> names)
                .distinct()
                .toList();
        this.customRoutes = customRoutes;
        this.packagedRoutes = packagedRoutes;
    }

    /**
     * Selects the access provider of a profile.
     *
     * @param profile the profile
     * @return the selected entry, or null while the profile offers none at all: cluster managers write the status first
     *     and the access providers up to a minute later
     * @throws ReconcileFailure when the profile offers nothing that is configured here, or more than is read
     */
    public SelectedProvider select(@Variable("clusterProfile") ClusterProfile profile) {
        refuseUnreadable(profile);
        Map<String, AccessProvider> offered = profile.getAccessProviders();
        if (offered.isEmpty()) {
            return null;
        }
        warnOfCredentialProviders(profile);
        for (String name : inOrder) {
            if (offered.containsKey(name)) {
                return new SelectedProvider(kind(name), offered.get(name));
            }
        }
        return firstOf(customRoutes.get(), Kind.CUSTOM_ROUTE, offered)
                .or(() -> firstOf(packagedRoutes.get(), Kind.TOKEN_SECRET, offered))
                .orElseThrow(() -> none(offered));
    }

    /**
     * Refuses a profile of whose status nothing is kept.
     *
     * @param profile the profile
     * @throws ReconcileFailure if its status is larger than is read, or has other types than the API's
     */
    public static void refuseUnreadable(ClusterProfile profile) {
        if (profile.isStatusUnreadable()) {
            throw new ReconcileFailure(
                    Reason.InvalidAccessProvider,
                    "The access providers in the profile's status are larger than the setting "
                            + ClusterProfile.MAX_STATUS_BYTES
                            + " allows, too deeply nested, or not of the API's types, so none of them is read: reduce or"
                            + " correct them in the cluster manager, or raise the setting");
        }
    }

    /** The names of the access providers that can be selected, in their order of preference, with their kind. */
    public Map<String, Kind> configured() {
        Map<String, Kind> all = new LinkedHashMap<>();
        inOrder.forEach(name -> all.put(name, kind(name)));
        customRoutes.get().forEach(name -> all.putIfAbsent(name, Kind.CUSTOM_ROUTE));
        packagedRoutes.get().forEach(name -> all.putIfAbsent(name, Kind.TOKEN_SECRET));
        return all;
    }

    /** The names that come before those of routes: a custom provider route of such a name is never called. */
    public List<String> beforeRoutes() {
        return inOrder;
    }

    private static Optional<SelectedProvider> firstOf(
            Set<String> routes, Kind kind, Map<String, AccessProvider> offered) {
        return offered.values().stream()
                .filter(entry -> routes.contains(entry.name()))
                .map(entry -> new SelectedProvider(kind, entry))
                .findFirst();
    }

    private ReconcileFailure none(Map<String, AccessProvider> offered) {
        return new ReconcileFailure(
                Reason.NoAccessProvider,
                "The profile offers the access providers " + NamesInMessage.of(offered.keySet())
                        + ", but this controller is configured for "
                        + configured().keySet()
                        + ": offer one of these in the cluster manager, or configure one that the"
                        + " profile offers");
    }

    private Kind kind(String name) {
        if (registered.contains(name)) {
            return Kind.WORKLOAD_IDENTITY;
        }
        return execProviders.contains(name) ? Kind.EXEC_PLUGIN : Kind.SECRET_READER;
    }

    private void warnOfCredentialProviders(ClusterProfile profile) {
        if (profile.isCredentialProvidersUsed() && warned.add(profile.getKey().toString())) {
            LOG.warn(
                    "The profile uses status.credentialProviders, which is deprecated: its cluster manager should write"
                            + " status.accessProviders");
        }
    }
}
