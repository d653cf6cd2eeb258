package io.projectsveltos.clusterinventory.credential.route;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** A step that notes when it begins, and with which exception it ends. */
final class TracedStep extends DelegateAsyncProcessor {

    private final StepPlace place;

    TracedStep(Processor step, StepPlace place) {
        super(step);
        this.place = place;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CallTrace trace = CallTrace.of(exchange);
        trace.enter(place);
        return super.process(exchange, doneSync -> {
            trace.leave(place, exchange.getException());
            callback.done(doneSync);
        });
    }
}
