package io.projectsveltos.clusterinventory.component.workqueue;

import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Adds the key of each exchange to the queue, immediately or after a delay. */
public class WorkqueueProducer extends DefaultProducer {

    private final WorkqueueEndpoint endpoint;

    public WorkqueueProducer(WorkqueueEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        String key = key(message);
        String group = message.getHeader(WorkqueueConstants.GROUP, String.class);
        Duration delay = delay(message);
        if (delay.isZero() || delay.isNegative()) {
            endpoint.queue().add(key, group);
        } else {
            endpoint.queue().addAfter(key, group, delay);
        }
    }

    private String key(Message message) {
        String header = message.getHeader(WorkqueueConstants.KEY, String.class);
        String key = header == null ? message.getBody(String.class) : header;
        if (key == null || key.isBlank()) {
            throw new IllegalArgumentException(
                    "No key for " + endpoint + ": set the header " + WorkqueueConstants.KEY + " or the body");
        }
        return key;
    }

    private Duration delay(Message message) throws Exception {
        Object header = message.getHeader(WorkqueueConstants.DELAY);
        return header == null ? endpoint.getDelay() : endpoint.toDuration(header);
    }
}
