package io.projectsveltos.clusterinventory.benchmark;

import static io.projectsveltos.clusterinventory.benchmark.Metric.Unit.COUNT;
import static io.projectsveltos.clusterinventory.benchmark.Metric.Unit.MEBIBYTES;
import static io.projectsveltos.clusterinventory.benchmark.Metric.Unit.MILLISECONDS;
import static io.projectsveltos.clusterinventory.benchmark.Metric.Unit.SECONDS;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One controller in one round: all phases on a server of its own. */
final class Turn implements AutoCloseable {

    private static final String CONTROLLER_CPU = "CPU";
    private static final String SERVER_CPU = "API server and etcd CPU";
    private static final String REQUESTS = "requests";

    private final Options options;
    private final ControllerCommand command;
    private final int round;
    private final MeasuredApiServer server;
    private final Path log;
    private final Consumer<Sample> recorder;
    private final Fleet fleet;
    private ControllerUnderTest controller;
    private OutputWatch outputs;

    /**
     * @param log for what the controller writes
     * @param recorder takes each figure
     */
    Turn(
            Options options,
            ControllerCommand command,
            int round,
            MeasuredApiServer server,
            Path log,
            Consumer<Sample> recorder) {
        this.options = options;
        this.command = command;
        this.round = round;
        this.server = server;
        this.log = log;
        this.recorder = recorder;
        this.fleet = new Fleet(server.client(), options.profiles());
    }

    void run() throws IOException {
        for (Phase phase : options.phases()) {
            System.err.println("  " + phase);
            switch (phase) {
                case EMPTY -> startEmpty();
                case CREATE -> createOutputs();
                case LABELS -> changeLabels();
                case SOURCES -> changeSources();
                case IDLE -> idle();
                case RESTART -> restart();
                case DELETE -> delete();
            }
        }
    }

    @Override
    public void close() {
        if (controller != null) {
            controller.close();
        }
        if (outputs != null) {
            outputs.close();
        }
    }

    private void startEmpty() throws IOException {
        server.settle();
        start();
        awaitReady(Phase.EMPTY);
        record(Phase.EMPTY, CONTROLLER_CPU, SECONDS, cpu().controller());
        record(Phase.EMPTY, "RSS", MEBIBYTES, controller.process().rssMib());
        stop();
    }

    private void createOutputs() throws IOException {
        fleet.create();
        server.settle();
        outputs = new OutputWatch(server.client());
        long logEnd = server.auditLog().end();
        try (ConnectionCounter connections = server.countConnections()) {
            CpuUsage before = cpuWithoutController();
            start();
            long first = outputs.awaitComplete(fleet.size(), controller.process(), options.timeout());
            record(
                    Phase.CREATE,
                    "time to all outputs",
                    SECONDS,
                    controller.sinceStart().seconds());
            CpuUsage complete = cpu();
            record(
                    Phase.CREATE,
                    "time to the first outputs",
                    SECONDS,
                    controller.sinceStart().secondsUntil(first));
            CpuUsage used = complete.minus(before);
            recordCpu(Phase.CREATE, "", used);
            record(Phase.CREATE, "etcd CPU alone", SECONDS, used.etcd());
            record(Phase.CREATE, "harness CPU", SECONDS, used.harness());

            controller.settle(options.settleLimit());
            recordCpu(Phase.CREATE, ", from then until idle", cpu().minus(complete));
            record(Phase.CREATE, "RSS", MEBIBYTES, controller.process().rssMib());
            record(
                    Phase.CREATE,
                    "RSS at its peak",
                    MEBIBYTES,
                    controller.process().peakRssMib());
            record(Phase.CREATE, "connections", COUNT, connections.count());
        }
        RequestCounts requests = recordRequests(Phase.CREATE, logEnd);
        requests.byVerbAndResource().forEach((name, count) -> record(Metric.requests(Phase.CREATE, name), count));
    }

    private void changeLabels() {
        changeOneByOne(Phase.LABELS, (name, value) -> {
            fleet.label(name, value);
            outputs.awaitLabel(name, value, controller.process(), options.timeout());
        });
    }

    private void changeSources() {
        changeOneByOne(Phase.SOURCES, (name, value) -> {
            String kubeconfig = fleet.rotate(name, value);
            outputs.awaitKubeconfig(name, kubeconfig, controller.process(), options.timeout());
        });
    }

    /** Changes something and waits until the controller has followed. */
    private interface Change {
        void make(String profile, String value);
    }

    private void changeOneByOne(Phase phase, Change change) {
        CpuUsage before = cpu();
        long logEnd = server.auditLog().end();
        List<Double> latencies = new ArrayList<>();
        for (int i = 0; i < options.changes(); i++) {
            Stopwatch stopwatch = Stopwatch.start();
            change.make(Fleet.name(i % fleet.size()), "value-" + i);
            latencies.add(stopwatch.milliseconds());
        }
        CpuUsage used = cpu().minus(before);
        Distribution distribution = new Distribution(latencies);
        record(phase, "latency, p50", MILLISECONDS, distribution.percentile(50));
        record(phase, "latency, p99", MILLISECONDS, distribution.percentile(99));
        recordCpu(phase, "", used);
        controller.settle(options.settleLimit());
        recordRequests(phase, logEnd);
    }

    private void idle() {
        controller.settle(options.settleLimit());
        CpuUsage before = cpu();
        long logEnd = server.auditLog().end();
        controller.process().runFor(options.idleTime());
        recordCpu(Phase.IDLE, "", cpu().minus(before));
        recordRequests(Phase.IDLE, logEnd);
    }

    private void restart() throws IOException {
        stop();
        server.settle();
        CpuUsage before = cpuWithoutController();
        long logEnd = server.auditLog().end();
        start();
        awaitReady(Phase.RESTART);
        recordCpu(Phase.RESTART, "", cpu().minus(before));
        record(Phase.RESTART, "RSS", MEBIBYTES, controller.process().rssMib());
        recordRequests(Phase.RESTART, logEnd);
    }

    private void delete() {
        CpuUsage before = cpu();
        long logEnd = server.auditLog().end();
        double seconds = fleet.delete(options.timeout());
        CpuUsage used = cpu().minus(before);
        record(Phase.DELETE, "time until all profiles are gone", SECONDS, seconds);
        recordCpu(Phase.DELETE, "", used);
        recordRequests(Phase.DELETE, logEnd);
    }

    private void start() throws IOException {
        controller = ControllerUnderTest.start(command, server.kubeconfig(), log);
    }

    private void awaitReady(Phase phase) {
        controller
                .awaitReady(options.timeout())
                .ifPresent(seconds -> record(phase, "start to ready", SECONDS, seconds));
        controller.settle(options.settleLimit());
    }

    private void stop() {
        controller.close();
        controller = null;
    }

    private CpuUsage cpu() {
        return cpu(controller.process().cpuSeconds());
    }

    /** Before the controller runs. */
    private CpuUsage cpuWithoutController() {
        return cpu(0);
    }

    private CpuUsage cpu(double controllerSeconds) {
        return new CpuUsage(
                controllerSeconds,
                server.apiServerCpuSeconds(),
                server.etcdCpuSeconds(),
                MeasuredProcess.ownCpuSeconds());
    }

    private RequestCounts recordRequests(Phase phase, long logEnd) {
        RequestCounts requests = server.auditLog().requestsSince(logEnd);
        record(phase, REQUESTS, COUNT, requests.total());
        return requests;
    }

    private void recordCpu(Phase phase, String span, CpuUsage used) {
        record(phase, CONTROLLER_CPU + span, SECONDS, used.controller());
        record(phase, SERVER_CPU + span, SECONDS, used.server());
    }

    private void record(Phase phase, String name, Metric.Unit unit, double value) {
        record(Metric.of(phase, name, unit), value);
    }

    private void record(Metric metric, double value) {
        recorder.accept(new Sample(command.name(), round, metric, value));
    }
}
