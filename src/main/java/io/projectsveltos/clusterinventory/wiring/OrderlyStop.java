package io.projectsveltos.clusterinventory.wiring;

import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConsumer;
import io.projectsveltos.clusterinventory.credential.exec.ExecPluginExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.support.LifecycleStrategySupport;

/** When Camel stops, no queue begins another key, and no plugin goes on running. */
final class OrderlyStop extends LifecycleStrategySupport {

    private final ExecPluginExecutor executor;

    OrderlyStop(ExecPluginExecutor executor) {
        this.executor = executor;
    }

    /** Camel stops consumers one after the other: those that come last would still begin work that no one waits for. */
    @Override
    public void onContextStopping(CamelContext stopping) {
        stopping.getRoutes().stream()
                .map(Route::getConsumer)
                .filter(WorkqueueConsumer.class::isInstance)
                .map(WorkqueueConsumer.class::cast)
                .forEach(WorkqueueConsumer::suspend);
        executor.stop();
    }

    @Override
    public void onContextStopped(CamelContext stopped) {
        // of routes that Camel did not wait for any longer
        executor.awaitStop();
    }
}
