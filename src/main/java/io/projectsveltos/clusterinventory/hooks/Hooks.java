package io.projectsveltos.clusterinventory.hooks;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.credential.route.RouteCall;
import io.projectsveltos.clusterinventory.credential.route.RouteCaller;
import io.projectsveltos.clusterinventory.credential.route.RouteInput;
import io.projectsveltos.clusterinventory.credential.route.RouteOutput;
import io.projectsveltos.clusterinventory.credential.route.RouteResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.model.Model;

/** Knows which hooks have a route, and calls them. */
public final class Hooks implements StartupListener {

    private final CamelContext context;
    private final RouteCaller caller;
    private volatile Set<Hook> present;

    /**
     * Finds hooks when a context starts.
     *
     * @param context where the routes will be
     * @param caller calls them
     */
    public Hooks(CamelContext context, RouteCaller caller) {
        this.context = context;
        this.caller = caller;
    }

    /** Before the first informer reads: what is kept of profiles depends on it. */
    @Override
    public void onCamelContextStarting(CamelContext starting, boolean alreadyStarted) {
        present = defined();
    }

    @Override
    public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
        // found before
    }

    private Set<Hook> defined() {
        Set<String> inputs =
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions().stream()
                        .map(route -> RouteInput.of(route, context))
                        .collect(Collectors.toSet());
        Set<Hook> found = EnumSet.noneOf(Hook.class);
        Stream.of(Hook.values())
                .filter(hook -> inputs.contains("direct://" + hook.route()))
                .forEach(found::add);
        return found;
    }

    /** Whether routes run: not in a command that only looks at them. */
    boolean isRunning() {
        return present != null;
    }

    /** Whether a hook has a route. */
    boolean isPresent(Hook hook) {
        return present().contains(hook);
    }

    /** Whether any hook has a route, so that more is kept of profiles. */
    public boolean isAnyPresent() {
        return !present().isEmpty();
    }

    private Set<Hook> present() {
        Set<Hook> found = present;
        return found == null ? defined() : found;
    }

    /**
     * Calls a hook that has a route.
     *
     * @param call what it is called with
     * @param timeout how long the call may take
     * @param output reads what the route returns
     * @param <T> what is read
     * @return how the call ended
     */
    <T> RouteResult<T> call(HookCall call, Duration timeout, RouteOutput<T> output) {
        return caller.call(
                new RouteCall(
                        caller.find(call.hook().route()).orElseThrow(),
                        variables(call),
                        call.body(),
                        Set.of(),
                        timeout),
                output);
    }

    private static Map<String, Object> variables(HookCall call) {
        ClusterProfile profile = call.profile();
        return Map.of(
                "clusterProfile",
                ProfileView.of(profile),
                "clusterProfileNamespace",
                profile.getKey().namespace(),
                "clusterProfileName",
                profile.getKey().name());
    }
}
