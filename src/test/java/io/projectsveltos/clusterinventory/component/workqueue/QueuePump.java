package io.projectsveltos.clusterinventory.component.workqueue;

import org.apache.camel.CamelContext;

/** Stands for the workers of a queue: hands one key at a time to its route, on the caller's thread. */
public final class QueuePump {

    private final WorkQueue queue;
    private final WorkqueueConsumer consumer;

    public QueuePump(CamelContext context, String routeId) {
        consumer = (WorkqueueConsumer) context.getRoute(routeId).getConsumer();
        queue = ((WorkqueueEndpoint) consumer.getEndpoint()).queue();
    }

    /** Works on the next key, if there is one that may be taken now. */
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
