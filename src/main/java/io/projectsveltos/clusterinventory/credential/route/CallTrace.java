package io.projectsveltos.clusterinventory.credential.route;

import org.apache.camel.Exchange;
import org.apache.camel.SafeCopyProperty;

/**
 * Which step of a custom route runs, and which one has failed. Copies of the exchange share it, as those of {@code split} do.
 * Thread-safe.
 */
final class CallTrace implements SafeCopyProperty {

    private static final String NAME = "ClusterInventoryCallTrace";

    /** The thread of the call; null for an exchange that no call has made. */
    private final Thread thread;

    private StepPlace entered;
    private StepPlace failed;
    private Throwable failure;

    private CallTrace(Thread thread) {
        this.thread = thread;
    }

    /** Traces a call of a route on its own thread. */
    static CallTrace start(Exchange exchange) {
        return attach(exchange, new CallTrace(Thread.currentThread()));
    }

    /** The trace of an exchange, a new one if a consumer or a wireTap has made the exchange. */
    static CallTrace of(Exchange exchange) {
        CallTrace trace = exchange.getExchangeExtension().getSafeCopyProperty(NAME, CallTrace.class);
        return trace == null ? attach(exchange, new CallTrace(null)) : trace;
    }

    private static CallTrace attach(Exchange exchange, CallTrace trace) {
        exchange.getExchangeExtension().setSafeCopyProperty(NAME, trace);
        return trace;
    }

    @Override
    public SafeCopyProperty safeCopy() {
        return this;
    }

    boolean isOnThreadOfCall() {
        return Thread.currentThread() == thread;
    }

    synchronized void enter(StepPlace step) {
        entered = step;
    }

    /** The innermost step that the exception leaves has failed; those around it pass it on, perhaps wrapped. */
    synchronized void leave(StepPlace step, Throwable exception) {
        if (exception != null && !isCausedBy(exception, failure)) {
            failed = step;
            failure = exception;
        }
    }

    /** Where an exception comes from, or null if that is not known. */
    synchronized StepPlace placeOf(Throwable exception) {
        return isCausedBy(exception, failure) ? failed : null;
    }

    /** The step that was entered last, or null. */
    synchronized StepPlace last() {
        return entered;
    }

    private static boolean isCausedBy(Throwable exception, Throwable cause) {
        for (Throwable one = exception; one != null && cause != null; one = one.getCause()) {
            if (one == cause) {
                return true;
            }
        }
        return false;
    }
}
