package io.projectsveltos.clusterinventory.credential.route;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class RouteCallerTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final CamelContext context = new DefaultCamelContext();
    private final RouteCaller caller = new RouteCaller();
    private final AtomicBoolean next = new AtomicBoolean();
    private final AtomicReference<Thread> thread = new AtomicReference<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile Processor step = exchange -> {};

    @BeforeEach
    void start() throws Exception {
        context.addService(caller);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:one?timeout=5000")
                        .process(exchange -> {
                            thread.set(Thread.currentThread());
                            step.process(exchange);
                        })
                        .process(exchange -> next.set(true));
                from("direct:other").setBody(constant("other"));
                from("direct:redelivers")
                        .errorHandler(
                                defaultErrorHandler().maximumRedeliveries(-1).redeliveryDelay(5))
                        .process(exchange -> {
                            thread.set(Thread.currentThread());
                            throw new IOException("again");
                        });
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        context.stop();
    }

    @Test
    void findsOnlyRoutesThatExist() {
        assertTrue(caller.find("one").isPresent());
        assertEquals(Optional.empty(), caller.find("on"));
        assertEquals(Optional.empty(), caller.find("one?timeout=5000"));
    }

    @Test
    void passesVariablesAndBodyInAndValueAndHeadersOut() {
        step = exchange -> {
            assertEquals(Map.of(), exchange.getMessage().getHeaders());
            exchange.getMessage().setHeader("CamelWanted", 1);
            exchange.getMessage().setHeader("CamelOther", 2);
            exchange.getMessage()
                    .setBody(exchange.getVariable("name") + " "
                            + exchange.getMessage().getBody());
        };

        RouteResult<String> result = call("one", LONG);

        assertEquals("edge in", result.value());
        assertEquals(Map.of("CamelWanted", 1), result.headers());
        assertFalse(result.isFailed());
    }

    @Test
    void runsOnADaemonThreadOfItsOwnThatEnds() throws Exception {
        MDC.put("clusterprofile", "fleet/edge");
        AtomicReference<String> logged = new AtomicReference<>();
        step = exchange -> logged.set(MDC.get("clusterprofile"));

        call("one", LONG);

        MDC.remove("clusterprofile");
        assertEquals("fleet/edge", logged.get());
        assertNotSame(Thread.currentThread(), thread.get());
        assertTrue(thread.get().isDaemon());
        awaitEnd();
    }

    @Test
    void returnsTheFailureAndTheHeadersThatWereSetBefore() {
        IOException failure = new IOException("no");
        step = exchange -> {
            exchange.getMessage().setHeader("CamelWanted", 30);
            throw failure;
        };

        RouteResult<String> result = call("one", LONG);

        assertSame(failure, result.failure());
        assertNull(result.value());
        assertEquals(Map.of("CamelWanted", 30), result.headers());
        assertFalse(next.get());
    }

    @Test
    void returnsAnErrorAsAFailure() {
        step = exchange -> {
            throw new NoClassDefFoundError("com/example/Missing");
        };

        assertTrue(call("one", LONG).isFailed());
    }

    @Test
    void returnsTheFailureOfReadingTheOutput() {
        IllegalStateException unreadable = new IllegalStateException();

        RouteResult<String> result = caller.call(routeCall("one", LONG), exchange -> {
            throw unreadable;
        });

        assertSame(unreadable, result.failure());
    }

    @Test
    void readsTheOutputBeforeTheUnitOfWorkEnds() {
        AtomicBoolean isDone = new AtomicBoolean();
        step = exchange -> exchange.getExchangeExtension()
                .addOnCompletion(new org.apache.camel.support.SynchronizationAdapter() {
                    @Override
                    public void onDone(Exchange done) {
                        isDone.set(true);
                    }
                });

        RouteResult<Boolean> wasDone = caller.call(routeCall("one", LONG), exchange -> isDone.get());

        assertEquals(false, wasDone.value());
        assertTrue(isDone.get());
    }

    @Test
    void interruptsACallThatDoesNotEndInTimeAndRunsNoFurtherStep() throws Exception {
        step = exchange -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };

        RouteResult<String> result = call("one", SHORT);

        assertEquals(
                "did not end within 20ms",
                assertInstanceOf(RouteTimeoutException.class, result.failure()).getMessage());
        awaitEnd();
        assertFalse(next.get());
    }

    @Test
    void endsTheRedeliveriesOfACallThatDoesNotEndInTime() throws Exception {
        assertInstanceOf(
                RouteTimeoutException.class,
                call("redelivers", Duration.ofMillis(100)).failure());
        awaitEnd();
    }

    @Test
    void doesNotCallARouteWhoseCallsDoNotEndUntilOneHasEnded() {
        step = exchange -> awaitUninterruptibly();
        for (int i = 0; i < RouteCaller.MAX_STUCK; i++) {
            assertEquals("did not end within 20ms", call("one", SHORT).failure().getMessage());
        }

        assertEquals(
                "was not called: 5 calls of it have not ended, although they were interrupted after 60s",
                call("one", LONG).failure().getMessage());
        assertEquals("other", call("other", LONG).value());

        release.countDown();
        step = exchange -> {};
        await().until(() -> !call("one", LONG).isFailed());
    }

    @Test
    void passesAnInterruptionOnToTheRoute() throws Exception {
        Thread worker = Thread.currentThread();
        step = exchange -> {
            worker.interrupt();
            release.await();
        };

        assertThrows(IllegalStateException.class, () -> call("one", LONG));

        assertTrue(Thread.interrupted());
        awaitEnd();
    }

    @Test
    void interruptsWhatRunsWhenItStopsAndCallsNothingAfterwards() throws Exception {
        step = exchange -> {
            caller.stop();
            release.await();
        };

        assertInstanceOf(InterruptedException.class, call("one", LONG).failure());
        assertThrows(IllegalStateException.class, () -> call("one", LONG));
    }

    private RouteResult<String> call(String route, Duration timeout) {
        return caller.call(
                routeCall(route, timeout), exchange -> exchange.getMessage().getBody(String.class));
    }

    private RouteCall routeCall(String route, Duration timeout) {
        return new RouteCall(
                caller.find(route).orElseThrow(), Map.of("name", "edge"), "in", Set.of("CamelWanted"), timeout);
    }

    private void awaitEnd() throws InterruptedException {
        thread.get().join(LONG.toMillis());
        assertFalse(thread.get().isAlive());
    }

    private void awaitUninterruptibly() {
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException e) {
                // as a library that swallows it
            }
        }
    }
}
