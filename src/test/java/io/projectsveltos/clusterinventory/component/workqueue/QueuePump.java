package io.projectsveltos.clusterinventory.component.workqueue;

import org.apache.camel.CamelContext;

/** Replaces the workers of a queue: sends one key at a time through its route, on the caller's thread. */
public final class QueuePump {

    private final WorkQueue queue;
    private final WorkqueueConsumer consumer;

    public QueuePump(CamelContext context, String routeId) {
        consumer = (WorkqueueConsumer) context.getRoute(routeId).getConsumer();
        queue = ((WorkqueueEndpoint) consumer.getEndpoint()).queue();
    }

    /** Processes the next key, if one can be handed out now. */
    public boolean step() {
        String key = queue.poll();
        if (key == null) {
            return false;
        }
        consumer.work(key);
        return true;
    }

    public boolean contains(String key) {
        return queue.contains(key);
    }
}
