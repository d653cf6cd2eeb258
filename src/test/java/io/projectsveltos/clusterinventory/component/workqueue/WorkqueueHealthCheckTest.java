package io.projectsveltos.clusterinventory.component.workqueue;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkqueueHealthCheckTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void stop() {
        release.countDown();
        gate.countDown();
        context.stop();
    }

    @Test
    void isUpWhileIdle() throws Exception {
        HealthCheck check = check("stuckAfter=1ms");

        assertEquals(HealthCheck.State.UP, call(check).getState());
        assertTrue(check.isLiveness() && check.isReadiness());
    }

    @Test
    void isDownWhileAWorkerIsStuckAndNamesTheKey() throws Exception {
        HealthCheck check = check("stuckAfter=100ms");

        queue().add("fleet/a");

        await().until(() -> call(check).getState() == HealthCheck.State.DOWN);
        HealthCheck.Result result = call(check);
        assertTrue(
                result.getMessage().orElseThrow().startsWith("A worker of queue q has been processing fleet/a for "),
                result.toString());
        assertEquals(1, result.getDetails().get("queue.in.flight"));
        release.countDown();
        await().until(() -> call(check).getState() == HealthCheck.State.UP);
    }

    @Test
    void isUpWhileAWorkerIsBusyForLessThanTheLimit() throws Exception {
        HealthCheck check = check("stuckAfter=1h");

        queue().add("fleet/a");
        await().until(() -> queue().inFlight() == 1);

        assertEquals(HealthCheck.State.UP, call(check).getState());
    }

    @Test
    void isAlwaysUpWithoutALimit() throws Exception {
        HealthCheck check = check("stuckAfter=0&concurrency=1");
        queue().add("fleet/a");
        queue().add("fleet/b");

        await().until(() -> queue().longestRunningSeconds() > 0.2 && queue().longestQueuedSeconds() > 0.2);

        assertEquals(HealthCheck.State.UP, call(check).getState());
        assertEquals(1, call(check).getDetails().get("queue.depth"));
    }

    @Test
    void isDownWhileAKeyWaitsAlthoughAWorkerIsFree() {
        WorkqueueEndpoint endpoint = endpointWithoutConsumer();
        HealthCheck check = new WorkqueueHealthCheck(endpoint, () -> true);

        endpoint.queue().add("fleet/a");

        await().until(() -> call(check).getState() == HealthCheck.State.DOWN);
        String message = call(check).getMessage().orElseThrow();
        assertTrue(
                message.startsWith("Queue left has free workers, but has handed out none of its keys for "), message);
    }

    @Test
    void isUpBetweenTwoKeysOfALongQueue() throws Exception {
        WorkqueueEndpoint endpoint = endpointWithoutConsumer();
        endpoint.queue().add("fleet/a");
        endpoint.queue().add("fleet/b");
        HealthCheck check = new WorkqueueHealthCheck(endpoint, () -> true);
        await().until(() -> call(check).getState() == HealthCheck.State.DOWN);

        endpoint.queue().done(endpoint.queue().take());

        assertTrue(endpoint.queue().longestQueuedSeconds()
                > endpoint.getStuckAfter().toMillis() / 1e3);
        assertEquals(HealthCheck.State.UP, call(check).getState());
    }

    @Test
    void isUpWhileTheWorkersWaitForTheGate() throws Exception {
        Gate closed = gate::await;
        context.getRegistry().bind("closed", closed);
        HealthCheck check = check("stuckAfter=50ms&gate=#closed");
        queue().add("fleet/a");

        await().until(() -> queue().longestQueuedSeconds() > 0.3);

        assertEquals(HealthCheck.State.UP, call(check).getState());
    }

    @Test
    void isUpWhileSuspended() throws Exception {
        HealthCheck check = check("stuckAfter=50ms");
        context.getRouteController().suspendRoute("work");
        queue().add("fleet/a");

        await().until(() -> queue().longestQueuedSeconds() > 0.3);

        assertEquals(HealthCheck.State.UP, call(check).getState());
    }

    private WorkqueueEndpoint endpointWithoutConsumer() {
        context.start();
        // long enough for a busy machine between two lines of a test
        return context.getEndpoint("workqueue:left?stuckAfter=1s", WorkqueueEndpoint.class);
    }

    private HealthCheck check(String options) throws Exception {
        RouteBuilder.addRoutes(
                context,
                routes -> routes.from("workqueue:q?" + options).routeId("work").process(exchange -> release.await()));
        context.start();
        return ((HealthCheckAware) context.getRoute("work").getConsumer()).getHealthCheck();
    }

    private WorkQueue queue() {
        return context.getComponent("workqueue", WorkqueueComponent.class).queue("q");
    }

    private static HealthCheck.Result call(HealthCheck check) {
        return check.call(Map.of());
    }
}
