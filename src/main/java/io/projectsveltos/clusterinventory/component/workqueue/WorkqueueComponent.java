package io.projectsveltos.clusterinventory.component.workqueue;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * The {@code workqueue:} component: keyed queues with the rules of client-go's workqueue. Endpoints of one name share
 * one {@link WorkQueue}, which lives as long as the component, whether its route runs or not.
 */
@Component("workqueue")
public class WorkqueueComponent extends DefaultComponent {

    private final Map<String, SharedQueue> queues = new ConcurrentHashMap<>();
    private final LongSupplier nanoClock;

    public WorkqueueComponent() {
        this(System::nanoTime);
    }

    /**
     * A component whose delays run by another clock, for tests that do not wait for them.
     *
     * @param nanoClock nanoseconds, from any start
     */
    public WorkqueueComponent(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** The queue of that name, for metrics and for code that adds keys without a route; made when first asked for. */
    public WorkQueue queue(String name) {
        return shared(name).queue();
    }

    SharedQueue shared(String name) {
        return queues.computeIfAbsent(name, unused -> new SharedQueue(nanoClock));
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        if (remaining.isBlank()) {
            throw new IllegalArgumentException("the queue needs a name, as in workqueue:name");
        }
        return new WorkqueueEndpoint(uri, this, remaining);
    }
}
