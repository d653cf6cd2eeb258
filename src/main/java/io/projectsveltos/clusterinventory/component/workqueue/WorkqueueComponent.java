package io.projectsveltos.clusterinventory.component.workqueue;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * The {@code workqueue:} component: queues of keys with the rules of client-go's workqueue. Endpoints of the same name share
 * a {@link WorkQueue}, which lives as long as the component, whether or not its route runs.
 */
@Component("workqueue")
public class WorkqueueComponent extends DefaultComponent {

    private final Map<String, SharedQueue> queues = new ConcurrentHashMap<>();
    private final LongSupplier nanoClock;

    public WorkqueueComponent() {
        this(System::nanoTime);
    }

    /**
     * A component with another clock, for tests that do not wait for delays.
     *
     * @param nanoClock nanoseconds since an arbitrary origin, like {@link System#nanoTime}
     */
    public WorkqueueComponent(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** The queue of that name, for metrics and for code that adds keys without a route. Created on the first call. */
    public WorkQueue queue(String name) {
        return shared(name).queue();
    }

    SharedQueue shared(String name) {
        return queues.computeIfAbsent(name, unused -> new SharedQueue(nanoClock));
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        if (remaining.isBlank()) {
            throw new IllegalArgumentException("The queue needs a name, as in workqueue:name");
        }
        return new WorkqueueEndpoint(uri, this, remaining);
    }
}
