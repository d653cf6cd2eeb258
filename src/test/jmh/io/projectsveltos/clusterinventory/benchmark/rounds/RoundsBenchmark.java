package io.projectsveltos.clusterinventory.benchmark.rounds;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The rounds with the collector, the compiler and the heap of the image. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OperationsPerInvocation(RoundsBenchmark.ROUNDS)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxRAM=256m", "-XX:MaxRAMPercentage=40"})
@Warmup(iterations = 5, batchSize = RoundsBenchmark.ROUNDS)
@Measurement(iterations = 5, batchSize = RoundsBenchmark.ROUNDS)
public class RoundsBenchmark {

    /** A number of rounds, not a time: otherwise a busy machine would measure code that is not compiled yet. */
    static final int ROUNDS = 500;

    private Rounds rounds;

    /** Nothing stops it but the end of the JVM: JMH would count a stop as a part of the last iteration. */
    @Setup
    public void start() {
        rounds = new Rounds();
    }

    @Benchmark
    public void noOp() {
        rounds.noOp();
    }

    @Benchmark
    public void create() {
        rounds.create();
    }

    @Benchmark
    public void changeLabel() {
        rounds.changeLabel();
    }

    @Benchmark
    public void changeSource() {
        rounds.changeSource();
    }

    @Benchmark
    public void refresh() {
        rounds.refresh();
    }
}
