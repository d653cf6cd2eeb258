package io.projectsveltos.clusterinventory.component.workqueue;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.LambdaRouteBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.slf4j.MDC;

@Timeout(120)
class WorkqueueComponentTest {

    private static final String ROUTE = "work";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final ConcurrentLinkedQueue<String> worked = new ConcurrentLinkedQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger busy = new AtomicInteger();
    private ProducerTemplate template;

    @BeforeAll
    static void allowTimeOnALoadedMachine() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
    }

    @AfterAll
    static void resetAwaitility() {
        Awaitility.reset();
    }

    @BeforeEach
    void prepare() {
        context.getShutdownStrategy().setTimeout(60);
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        release.countDown();
        context.stop();
    }

    @Test
    void passesTheKeyAsBodyAndHeader() throws Exception {
        List<Object> seen = new ArrayList<>();
        start("workqueue:q", exchange -> {
            seen.add(exchange.getMessage().getBody());
            seen.add(exchange.getMessage().getHeader(WorkqueueConstants.KEY));
            seen.add(exchange.getMessage().getHeader(WorkqueueConstants.REQUEUES));
            worked.add("done");
        });

        template.sendBody("workqueue:q", "ns/a");

        await().until(() -> !worked.isEmpty());
        assertEquals(List.of("ns/a", "ns/a", 0), seen);
    }

    @Test
    void handsOutSoManyKeysPerSecond() throws Exception {
        start("workqueue:q?maxPerSecond=20", exchange -> worked.add("done"));
        long started = System.nanoTime();

        List.of("a", "b", "c").forEach(key -> template.sendBody("workqueue:q", key));

        await().until(() -> worked.size() == 3);
        assertTrue(System.nanoTime() - started >= Duration.ofMillis(100).toNanos(), "two intervals");
    }

    @Test
    void putsTheKeyIntoTheLoggingContextWhileItIsProcessed() throws Exception {
        start("workqueue:q?concurrency=1&mdcKey=about", exchange -> worked.add(MDC.get("about")));

        template.sendBody("workqueue:q", "ns/a");
        template.sendBody("workqueue:q", "ns/b");

        await().until(() -> List.copyOf(worked).equals(List.of("ns/a", "ns/b")));
        assertNull(MDC.get("about"));
    }

    @Test
    void leavesTheLoggingContextAloneWithoutMdcKey() throws Exception {
        start("workqueue:q", exchange -> worked.add(String.valueOf(MDC.getCopyOfContextMap())));

        template.sendBody("workqueue:q", "ns/a");

        await().until(() -> !worked.isEmpty());
        assertFalse(worked.peek().contains("ns/a"), worked::toString);
    }

    @Test
    void prefersTheKeyInTheHeaderToTheBody() throws Exception {
        start("workqueue:q", this::work);

        template.sendBodyAndHeader("workqueue:q", "body", WorkqueueConstants.KEY, "header");

        await().until(() -> !worked.isEmpty());
        assertEquals(List.of("header"), List.copyOf(worked));
    }

    @Test
    void refusesAMissingOrBlankKey() throws Exception {
        context.start();

        assertFails("No key for workqueue://q", () -> template.sendBody("workqueue:q", null));
        assertFails("No key for workqueue://q", () -> template.sendBody("workqueue:q", " "));
        assertFails(
                "No key for workqueue://q",
                () -> template.sendBodyAndHeader("workqueue:q", "body", WorkqueueConstants.KEY, ""));
        assertEquals(0, queue("q").depth());
    }

    @Test
    void processesAsManyKeysInParallelAsConcurrencyAllows() throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger most = new AtomicInteger();
        start("workqueue:q?concurrency=3", exchange -> {
            threads.add(Thread.currentThread().getName());
            most.accumulateAndGet(busy.incrementAndGet(), Math::max);
            release.await();
            busy.decrementAndGet();
            work(exchange);
        });

        for (int i = 0; i < 7; i++) {
            queue("q").add("key-" + i);
        }
        await().until(() -> busy.get() == 3);
        assertEquals(4, queue("q").depth());
        release.countDown();

        await().until(() -> worked.size() == 7);
        assertEquals(3, most.get());
        assertTrue(threads.stream().allMatch(name -> name.contains("workqueue-q")), threads::toString);
    }

    @Test
    void processesOtherKeysWhileOneHangs() throws Exception {
        start("workqueue:q?concurrency=2", exchange -> {
            if (key(exchange).equals("hung")) {
                release.await();
            }
            work(exchange);
        });

        template.sendBody("workqueue:q", "hung");
        for (int i = 0; i < 50; i++) {
            template.sendBody("workqueue:q", "key-" + i);
        }

        await().until(() -> worked.size() == 50 && queue("q").inFlight() == 1);
        template.sendBody("workqueue:q", "hung");
        release.countDown();
        await().until(() -> worked.stream().filter("hung"::equals).count() == 2);
    }

    @Test
    void reportsTheOutcomeOfEachKeyToTheObserver() throws Exception {
        ConcurrentLinkedQueue<String> observed = new ConcurrentLinkedQueue<>();
        queue("q").observe(new WorkQueueObserver() {
            @Override
            public void done(String key, long workedNanos, Outcome outcome) {
                observed.add(key + " " + outcome);
            }
        });
        start(routes -> {
            routes.onException(IllegalArgumentException.class).handled(true).stop();
            routes.onException(IllegalStateException.class).logExhausted(false);
            routes.from("workqueue:q?concurrency=1&baseDelay=1h&maxDelay=1h")
                    .process(WorkqueueComponentTest::endAsTheKeySays);
        });

        List.of("fine", "later", "refused", "failed").forEach(queue("q")::add);

        await().until(() -> observed.size() == 4);
        assertEquals(
                List.of("fine SUCCESS", "later REQUEUE_AFTER", "refused ERROR", "failed ERROR"), List.copyOf(observed));
        assertEquals(2, queue("q").waiting());
    }

    private static void endAsTheKeySays(Exchange exchange) {
        switch (key(exchange)) {
            case "later" -> exchange.setProperty(WorkqueueConstants.REQUEUE_AFTER, "1h");
            case "refused" -> throw new IllegalArgumentException("handled");
            case "failed" -> throw new IllegalStateException("retried");
            default -> {}
        }
    }

    @Test
    void retriesAFailingKeyWithBackoffAndClearsItsFailuresAfterSuccess() throws Exception {
        List<Object> requeues = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        start("workqueue:q?baseDelay=20&maxDelay=30", exchange -> {
            times.add(System.nanoTime());
            requeues.add(exchange.getMessage().getHeader(WorkqueueConstants.REQUEUES));
            if (requeues.size() < 4) {
                throw new IllegalStateException("attempt " + requeues.size());
            }
            work(exchange);
        });

        template.sendBody("workqueue:q", "a");

        await().until(() -> !worked.isEmpty());
        assertEquals(List.of(0, 1, 2, 3), requeues);
        assertTrue(times.get(1) - times.get(0) >= Duration.ofMillis(20).toNanos());
        assertTrue(times.get(2) - times.get(1) >= Duration.ofMillis(30).toNanos());
        assertTrue(times.get(3) - times.get(2) >= Duration.ofMillis(30).toNanos());
        await().until(() -> queue("q").inFlight() == 0);
        assertEquals(0, queue("q").requeues("a"));
        assertEquals(3, queue("q").retries());
    }

    @Test
    void keepsItsOnlyWorkerAfterAnError() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        start("workqueue:q?concurrency=1", exchange -> {
            if (failed.compareAndSet(false, true)) {
                throw new StackOverflowError("first attempt");
            }
            work(exchange);
        });

        template.sendBody("workqueue:q", "a");
        template.sendBody("workqueue:q", "b");

        await().until(() -> Set.copyOf(worked).equals(Set.of("a", "b")));
    }

    @Test
    void keepsItsOnlyWorkerIfTheExceptionHandlerFailsToo() throws Exception {
        context.getRegistry().bind("handler", ExceptionHandler.class, new FailingExceptionHandler());
        AtomicBoolean failed = new AtomicBoolean();
        start("workqueue:q?concurrency=1&exceptionHandler=#handler", exchange -> {
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("first attempt");
            }
            work(exchange);
        });

        template.sendBody("workqueue:q", "a");

        await().until(() -> worked.contains("a"));
        assertEquals(1, queue("q").retries());
    }

    @Test
    void keepsItsOnlyWorkerIfTheRouteLeavesItInterrupted() throws Exception {
        start("workqueue:q?concurrency=1", exchange -> {
            work(exchange);
            Thread.currentThread().interrupt();
        });

        template.sendBody("workqueue:q", "a");
        await().until(() -> worked.contains("a"));
        template.sendBody("workqueue:q", "b");

        await().until(() -> worked.contains("b"));
    }

    @Test
    void doesNotRetryAHandledException() throws Exception {
        start(routes -> {
            routes.onException(IllegalArgumentException.class).handled(true);
            routes.from("workqueue:q").process(this::work).process(exchange -> {
                throw new IllegalArgumentException("terminal");
            });
        });

        template.sendBody("workqueue:q", "a");

        await().until(() -> worked.contains("a") && queue("q").inFlight() == 0);
        assertEquals(0, queue("q").retries());
    }

    @Test
    void waitsForAnAsynchronousRoute() throws Exception {
        CompletableFuture<AsyncCallback> pending = new CompletableFuture<>();
        start("workqueue:q?baseDelay=1h&maxDelay=1h", new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                exchange.setException(new IllegalStateException("asynchronous"));
                pending.complete(callback);
                return false;
            }
        });

        template.sendBody("workqueue:q", "a");
        AsyncCallback callback = pending.get(30, TimeUnit.SECONDS);
        assertEquals(1, queue("q").inFlight());
        assertEquals(0, queue("q").requeues("a"));
        CompletableFuture.runAsync(() -> callback.done(false));

        await().until(() -> queue("q").requeues("a") > 0);
    }

    @Test
    void requeuesAKeyAfterTheTimeThatTheRouteSets() throws Exception {
        Object[] asked = {Duration.ofMillis(10), 10L, "10", Duration.ZERO};
        start("workqueue:q", exchange -> {
            exchange.setProperty(WorkqueueConstants.REQUEUE_AFTER, asked[worked.size()]);
            work(exchange);
        });

        template.sendBody("workqueue:q", "a");

        await().until(() -> worked.size() == 4 && queue("q").inFlight() == 0);
        assertEquals(0, queue("q").waiting());
        assertEquals(3, queue("q").retries());
    }

    @Test
    void usesTheBackoffIfAFailingRouteSetsRequeueAfter() throws Exception {
        start("workqueue:q?baseDelay=1h&maxDelay=1h", exchange -> {
            exchange.setProperty(WorkqueueConstants.REQUEUE_AFTER, 1);
            work(exchange);
            throw new IllegalStateException("failed");
        });

        template.sendBody("workqueue:q", "a");

        await().until(() -> queue("q").waiting() == 1 && queue("q").inFlight() == 0);
        assertEquals(1, queue("q").retries());
    }

    @Test
    void retriesAKeyWhoseRouteSetsAnInvalidRequeueAfter() throws Exception {
        start("workqueue:q?baseDelay=1h&maxDelay=1h", exchange -> {
            exchange.setProperty(WorkqueueConstants.REQUEUE_AFTER, "soon");
            work(exchange);
        });

        template.sendBody("workqueue:q", "a");

        await().until(() -> queue("q").requeues("a") == 1);
    }

    @Test
    void delaysAKeyByOptionOrHeader() throws Exception {
        context.start();

        template.sendBody("workqueue:q?delay=1h", "by option");
        template.sendBodyAndHeader("workqueue:q", "by header", WorkqueueConstants.DELAY, Duration.ofHours(1));
        template.sendBodyAndHeader("workqueue:q", "by milliseconds", WorkqueueConstants.DELAY, 3_600_000);
        template.sendBodyAndHeader("workqueue:q?delay=1h", "not at all", WorkqueueConstants.DELAY, "0");

        assertEquals(3, queue("q").waiting());
        assertEquals("not at all", queue("q").take());
        assertFails("soon", () -> template.sendBodyAndHeader("workqueue:q", "a", WorkqueueConstants.DELAY, "soon"));
    }

    @Test
    void waitsForTheGateOnceForAllWorkers() throws Exception {
        CountDownLatch opened = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Gate gate = () -> {
            asked.incrementAndGet();
            opened.await();
        };
        context.getRegistry().bind("cacheSync", gate);
        start("workqueue:q?concurrency=4&gate=#cacheSync", this::workAfterRelease);

        List.of("a", "b", "c", "d", "e").forEach(key -> template.sendBody("workqueue:q", key));
        await().until(() -> asked.get() == 1);
        assertEquals(5, queue("q").depth());
        opened.countDown();

        await().until(() -> queue("q").inFlight() == 4);
        assertEquals(1, queue("q").depth());
        release.countDown();
        await().until(() -> worked.size() == 5);
        assertEquals(1, asked.get());
    }

    @Test
    void retriesAFailingGate() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Gate gate = () -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("no cache yet");
            }
        };
        context.getRegistry().bind("cacheSync", gate);
        start("workqueue:q?concurrency=1&gate=#cacheSync", this::work);

        template.sendBody("workqueue:q", "a");

        await().until(() -> worked.contains("a"));
        assertEquals(2, asked.get());
    }

    @Test
    void stopsAWorkerThatWaitsForTheGate() throws Exception {
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        Gate gate = () -> {
            worker.complete(Thread.currentThread());
            release.await();
        };
        context.getRegistry().bind("cacheSync", gate);
        start("workqueue:q?concurrency=1&gate=#cacheSync", this::work);
        template.sendBody("workqueue:q", "a");
        Thread thread = worker.get(30, TimeUnit.SECONDS);

        context.getRouteController().stopRoute(ROUTE);

        await().until(() -> !thread.isAlive());
        assertEquals(1, queue("q").depth());
    }

    @Test
    void stopsItsThreads() throws Exception {
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        start("workqueue:q?concurrency=1", exchange -> worker.complete(Thread.currentThread()));
        template.sendBody("workqueue:q", "a");
        Thread thread = worker.get(30, TimeUnit.SECONDS);

        context.getRouteController().stopRoute(ROUTE);

        await().until(() -> !thread.isAlive());
    }

    @Test
    void startsItsWorkersAfterAllRoutes() throws Exception {
        queue("q").add("a");
        start(routes -> {
            routes.from("workqueue:q").startupOrder(1).to("direct:later?block=false");
            routes.from("direct:later").startupOrder(2).process(this::work);
        });

        await().until(() -> worked.contains("a"));
        assertEquals(0, queue("q").retries());
    }

    @Test
    void keepsTheQueueAcrossStopAndStart() throws Exception {
        start("workqueue:q?concurrency=1", this::workAfterRelease);
        template.sendBody("workqueue:q", "in flight");
        template.sendBody("workqueue:q", "queued");
        await().until(() -> busy.get() == 1);
        WorkqueueConsumer consumer = consumer();

        CompletableFuture<Void> stop =
                inBackground(() -> context.getRouteController().stopRoute(ROUTE));
        await().until(consumer::isSuspended);
        release.countDown();
        stop.get(30, TimeUnit.SECONDS);
        template.sendBody("workqueue:q", "added while stopped");

        assertEquals(List.of("in flight"), List.copyOf(worked));
        assertEquals(2, queue("q").depth());
        context.getRouteController().startRoute(ROUTE);
        await().until(() -> worked.size() == 3);
        assertEquals(List.of("in flight", "queued", "added while stopped"), List.copyOf(worked));
    }

    @Test
    void keepsTheQueueAcrossSuspendAndResume() throws Exception {
        start("workqueue:q", this::work);
        template.sendBody("workqueue:q", "before");
        await().until(() -> worked.contains("before"));

        context.getRouteController().suspendRoute(ROUTE);
        template.sendBody("workqueue:q", "while suspended");
        assertEquals(1, queue("q").depth());
        context.getRouteController().resumeRoute(ROUTE);

        await().until(() -> worked.contains("while suspended"));
    }

    @Test
    void neverRunsMoreWorkersThanConcurrencyAfterRestarts() throws Exception {
        start("workqueue:q?concurrency=2", this::workAfterRelease);
        for (int i = 0; i < 5; i++) {
            context.getRouteController().stopRoute(ROUTE);
            context.getRouteController().startRoute(ROUTE);
            context.getRouteController().suspendRoute(ROUTE);
            context.getRouteController().resumeRoute(ROUTE);
        }

        for (int i = 0; i < 5; i++) {
            template.sendBody("workqueue:q", "key-" + i);
        }

        await().until(() -> busy.get() == 2);
        await().during(Duration.ofMillis(200))
                .until(() -> busy.get() == 2 && queue("q").depth() == 3);
    }

    @Test
    void finishesKeysInProgressWhenTheContextStops() throws Exception {
        start("workqueue:q?concurrency=2", this::workAfterRelease);
        for (int i = 0; i < 5; i++) {
            template.sendBody("workqueue:q", "key-" + i);
        }
        await().until(() -> busy.get() == 2);
        WorkQueue queue = queue("q");
        WorkqueueConsumer consumer = consumer();

        CompletableFuture<Void> stop = inBackground(context::stop);
        await().until(consumer::isSuspended);
        assertFalse(stop.isDone());
        release.countDown();
        stop.get(30, TimeUnit.SECONDS);

        assertEquals(Set.of("key-0", "key-1"), Set.copyOf(worked));
        assertEquals(0, queue.inFlight());
        assertEquals(0, queue.retries());
        assertEquals(3, queue.depth());
    }

    @Test
    void stopsImmediatelyIfNoKeyIsInProgress() throws Exception {
        start("workqueue:q", this::work);
        queue("q").addAfter("tomorrow", Duration.ofDays(1));

        inBackground(context::stop).get(30, TimeUnit.SECONDS);

        assertTrue(context.isStopped());
    }

    @Test
    void interruptsAHangingKeyAfterTheShutdownTimeoutAndQueuesItAgain() throws Exception {
        start("workqueue:q?baseDelay=1h&maxDelay=1h", this::workAfterRelease);
        template.sendBody("workqueue:q", "hung");
        await().until(() -> busy.get() == 1);

        context.getRouteController().stopRoute(ROUTE, 1, TimeUnit.SECONDS);

        await().until(() -> queue("q").inFlight() == 0);
        assertEquals(1, queue("q").waiting());
        assertTrue(worked.isEmpty());
    }

    @Test
    void refusesInvalidOptions() throws Exception {
        context.start();

        assertFails("concurrency must be at least 1, not 0", () -> context.getEndpoint("workqueue:a?concurrency=0"));
        assertFails("maxPerSecond must be at least 1, not 0", () -> context.getEndpoint("workqueue:a?maxPerSecond=0"));
        assertFails("baseDelay must be more than zero", () -> context.getEndpoint("workqueue:b?baseDelay=0"));
        assertFails(
                "maxDelay PT1S is less than baseDelay PT2S",
                () -> context.getEndpoint("workqueue:c?baseDelay=2s&maxDelay=1s"));
        assertFails("concurency", () -> context.getEndpoint("workqueue:d?concurency=1"));
        assertFails("No bean", () -> context.getEndpoint("workqueue:e?gate=#absent"));
    }

    @Test
    void refusesBackoffOptionsThatConflictWithAnotherEndpoint() throws Exception {
        context.start();
        context.getEndpoint("workqueue:q");
        context.getEndpoint("workqueue:q?baseDelay=1s");
        context.getEndpoint("workqueue:q?baseDelay=1000&maxDelay=1m");
        context.getEndpoint("workqueue:q?delay=5");
        context.getEndpoint("workqueue:other?baseDelay=2s");

        assertFails(
                "baseDelay PT2S conflicts with PT1S, set by another endpoint of this queue",
                () -> context.getEndpoint("workqueue:q?baseDelay=2s"));
        assertFails(
                "maxDelay PT2M conflicts with PT1M, set by another endpoint of this queue",
                () -> context.getEndpoint("workqueue:q?maxDelay=2m"));
    }

    @Test
    void refusesASecondConsumerOfAQueue() throws Exception {
        start("workqueue:q", this::work);

        assertFails(
                "route work already consumes this queue; for more workers, raise its concurrency",
                () -> RouteBuilder.addRoutes(context, routes -> routes.from("workqueue:q?concurrency=1")
                        .to("log:second")));
    }

    @Test
    void runsFromAYamlRoute() throws Exception {
        context.getPropertiesComponent().addInitialProperty("workers", "2");
        context.getRegistry().bind("cacheSync", (Gate) () -> {});
        context.getRegistry().bind("worker", (Processor) this::work);
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("routes.yaml", """
                        - route:
                            id: work
                            from:
                              uri: workqueue:q
                              parameters:
                                concurrency: "{{workers}}"
                                baseDelay: 100
                                maxDelay: 5m
                                gate: "#cacheSync"
                              steps:
                                - process: { ref: worker }
                        """));
        context.start();

        template.sendBody("workqueue:q", "a");

        await().until(() -> worked.contains("a"));
        WorkqueueEndpoint endpoint = (WorkqueueEndpoint) context.getRoute(ROUTE).getEndpoint();
        assertEquals(2, endpoint.getConcurrency());
        assertEquals(Duration.ofMillis(100), endpoint.getBaseDelay());
        assertEquals(Duration.ofMinutes(5), endpoint.getMaxDelay());
    }

    @Test
    void documentsEachOptionAndHeader() throws Exception {
        JsonNode metadata = metadata();

        assertEquals("workqueue:name", metadata.at("/component/syntax").asText());
        for (String option : List.of("name", "concurrency", "baseDelay", "maxDelay", "gate", "delay")) {
            String description =
                    metadata.at("/properties/" + option + "/description").asText();
            assertFalse(description.isBlank(), option);
        }
        assertEquals(10, metadata.at("/properties/concurrency/defaultValue").asInt());
        assertEquals("5", metadata.at("/properties/baseDelay/defaultValue").asText());
        assertEquals("1000000", metadata.at("/properties/maxDelay/defaultValue").asText());
        for (String header : List.of("CamelWorkqueueKey", "CamelWorkqueueRequeues", "CamelWorkqueueDelay")) {
            assertFalse(
                    metadata.at("/headers/" + header + "/description").asText().isBlank(), header);
        }
    }

    @Test
    void setsOptionsThroughTheGeneratedConfigurer() {
        WorkqueueComponent component = component();

        assertEquals(
                WorkqueueEndpoint.class.getName() + "Configurer",
                component.getEndpointPropertyConfigurer().getClass().getName());
    }

    private void start(String uri, Processor processor) throws Exception {
        start(routes -> {
            routes.errorHandler(routes.noErrorHandler());
            routes.from(uri).routeId(ROUTE).process(processor);
        });
    }

    private void start(LambdaRouteBuilder routes) throws Exception {
        RouteBuilder.addRoutes(context, routes);
        context.start();
    }

    private void work(Exchange exchange) {
        worked.add(key(exchange));
    }

    private void workAfterRelease(Exchange exchange) throws InterruptedException {
        busy.incrementAndGet();
        release.await();
        busy.decrementAndGet();
        work(exchange);
    }

    private static String key(Exchange exchange) {
        return exchange.getMessage().getBody(String.class);
    }

    private WorkqueueConsumer consumer() {
        return (WorkqueueConsumer) context.getRoute(ROUTE).getConsumer();
    }

    private WorkqueueComponent component() {
        return context.getComponent("workqueue", WorkqueueComponent.class);
    }

    private WorkQueue queue(String name) {
        return component().queue(name);
    }

    private static JsonNode metadata() throws Exception {
        String path = "META-INF/io/projectsveltos/clusterinventory/component/workqueue/workqueue.json";
        try (InputStream json = WorkqueueComponent.class.getClassLoader().getResourceAsStream(path)) {
            return new ObjectMapper().readTree(json);
        }
    }

    private static CompletableFuture<Void> inBackground(Executable task) {
        return CompletableFuture.runAsync(() -> assertDoesNotThrow(task));
    }

    /** Expects the message in the exception or one of its causes. */
    private static void assertFails(String message, Executable executable) {
        Throwable thrown = assertThrows(Throwable.class, executable);
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
        }
        assertTrue(messages.toString().contains(message), messages::toString);
    }

    private static final class FailingExceptionHandler implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            throw new IllegalStateException("exception handler");
        }

        @Override
        public void handleException(String message, Throwable exception) {
            handleException(exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            handleException(exception);
        }
    }
}
