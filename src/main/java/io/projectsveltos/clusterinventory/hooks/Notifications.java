package io.projectsveltos.clusterinventory.hooks;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.credential.route.RouteResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies hooks from a queue of their own: a slow one delays other notifications, but nothing else. Each is delivered at
 * most once, in the order of its profile. Thread-safe.
 */
public final class Notifications {

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

    /** How many may wait. */
    static final int CAPACITY = 1000;

    private final Hooks hooks;
    private final Duration timeout;
    private final Consumer<String> queue;
    private final Map<String, Deque<HookCall>> waiting = new HashMap<>();
    private int size;
    private int dropped;

    /**
     * Notifies hooks.
     *
     * @param hooks the hooks
     * @param timeout how long a call may take
     * @param queue takes the keys of profiles, for which {@link #deliver} is called then
     */
    public Notifications(Hooks hooks, Duration timeout, Consumer<String> queue) {
        this.hooks = hooks;
        this.timeout = timeout;
        this.queue = queue;
    }

    /**
     * Adds a notification, if its hook has a route.
     *
     * @param hook the hook
     * @param profile the profile that it is about
     * @param body the body of the call
     */
    public void add(Hook hook, ClusterProfile profile, Map<String, Object> body) {
        if (!hooks.isPresent(hook)) {
            return;
        }
        String key = profile.getKey().toString();
        synchronized (this) {
            if (size >= CAPACITY) {
                if (dropped++ == 0) {
                    LOG.warn(
                            "{} notifications wait for the hooks, so further ones are dropped: make them faster", size);
                }
                return;
            }
            waiting.computeIfAbsent(key, profileKey -> new ArrayDeque<>()).add(new HookCall(hook, profile, body));
            size++;
        }
        queue.accept(key);
    }

    /**
     * Delivers what waits for a profile. A failure is logged.
     *
     * @param key the profile's namespace and name
     */
    public void deliver(@Body String key) {
        for (HookCall next = take(key); next != null; next = take(key)) {
            RouteResult<Void> result = hooks.call(next, timeout, exchange -> null);
            if (result.isFailed()) {
                LOG.warn(
                        "The route of direct:{} {}: a notification is lost",
                        next.hook().route(),
                        result.describe());
            }
        }
    }

    private synchronized HookCall take(String key) {
        Deque<HookCall> calls = waiting.get(key);
        if (calls == null) {
            return null;
        }
        HookCall next = calls.poll();
        if (next == null) {
            waiting.remove(key);
            return null;
        }
        size--;
        if (size == 0 && dropped > 0) {
            LOG.warn("{} notifications of hooks were dropped", dropped);
            dropped = 0;
        }
        return next;
    }
}
