package io.projectsveltos.clusterinventory.wiring;

import io.projectsveltos.clusterinventory.component.workqueue.WorkqueueConsumer;
import io.projectsveltos.clusterinventory.credential.exec.ExecPluginExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.support.LifecycleStrategySupport;

/** When Camel stops, no queue starts another key, and no plugin keeps running. */
final class OrderlyStop extends LifecycleStrategySupport {

    private final ExecPluginExecutor executor;

    OrderlyStop(ExecPluginExecutor executor) {
        this.executor = executor;
    }

    /** Camel stops consumers one after the other: the last ones would still start work that nothing waits for. */
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
        // waits for the plugins of routes that Camel no longer waits for
        executor.awaitStop();
    }
}
