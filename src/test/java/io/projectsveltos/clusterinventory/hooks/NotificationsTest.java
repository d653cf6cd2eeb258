package io.projectsveltos.clusterinventory.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;
import io.projectsveltos.clusterinventory.credential.route.RouteCaller;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import io.projectsveltos.clusterinventory.testing.LogCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NotificationsTest {

    @AutoClose
    private final DefaultCamelContext context = new DefaultCamelContext();

    @AutoClose
    private final LogCapture log = LogCapture.started();

    private final ClusterProfile profile = Fixtures.profile().build();
    private final List<Object> delivered = new CopyOnWriteArrayList<>();
    private final List<String> queued = new ArrayList<>();
    private volatile boolean failing;
    private Notifications notifications;

    @BeforeEach
    void start() throws Exception {
        RouteCaller caller = new RouteCaller();
        context.addService(caller);
        Hooks hooks = new Hooks(context, caller);
        context.addStartupListener(hooks);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:on-event").process(exchange -> {
                    if (failing) {
                        throw new IllegalStateException("s3cr3t");
                    }
                    delivered.add(exchange.getMessage().getBody());
                });
            }
        });
        context.start();
        notifications = new Notifications(hooks, Duration.ofSeconds(20), queued::add);
    }

    @Test
    void deliversInOrderAndOnce() {
        add(1);
        add(2);
        assertEquals(List.of(Fixtures.KEY, Fixtures.KEY), queued);

        notifications.deliver(Fixtures.KEY);
        notifications.deliver(Fixtures.KEY);

        assertEquals(List.of(Map.of("n", 1), Map.of("n", 2)), delivered);
    }

    @Test
    void queuesNothingForAHookWithoutARoute() {
        notifications.add(Hook.ON_SYNCED, profile, Map.of());

        assertEquals(List.of(), queued);
    }

    @Test
    void logsOneLineForEachFailureAndGoesOn() {
        failing = true;
        add(1);
        notifications.deliver(Fixtures.KEY);
        failing = false;
        add(2);
        notifications.deliver(Fixtures.KEY);

        assertEquals(List.of(Map.of("n", 2)), delivered);
        assertEquals(1, log.lines().size(), log.lines()::toString);
        String line = log.lines().get(0);
        assertTrue(
                line.matches(
                        "WARN The route of direct:on-event failed .*with IllegalStateException.*: a notification is lost"),
                line);
    }

    @Test
    void dropsWhatDoesNotFitAndSaysSoOnce() {
        IntStream.range(0, Notifications.CAPACITY + 3).forEach(this::add);
        assertEquals(1, log.lines().size());
        assertTrue(log.lines().get(0).contains("1000 notifications wait"), log.lines()::toString);

        notifications.deliver(Fixtures.KEY);

        assertEquals(Notifications.CAPACITY, delivered.size());
        assertEquals("WARN 3 notifications of hooks were dropped", log.lines().get(1));
    }

    private void add(int number) {
        notifications.add(Hook.ON_EVENT, profile, Map.of("n", number));
    }
}
