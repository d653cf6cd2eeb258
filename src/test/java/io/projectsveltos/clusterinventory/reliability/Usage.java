package io.projectsveltos.clusterinventory.reliability;

import io.projectsveltos.clusterinventory.benchmark.MeasuredProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How much of each {@link Resource} a controller uses, as the kernel, its JVM and its metrics say.
 *
 * @param amounts in the units of the resources; a controller that is not a JVM has no metaspace
 */
record Usage(Map<Resource, Double> amounts) {

    private static final double KIB_PER_MIB = 1024;
    private static final double BYTES_PER_MIB = 1024 * 1024;

    /** A generation of the heap in {@code jcmd PID GC.heap_info}: its parts are indented further. */
    private static final Pattern GENERATION = Pattern.compile("(?m)^ \\S.* total \\d+K, used (\\d+)K");

    private static final Pattern METASPACE = Pattern.compile("Metaspace +used (\\d+)K");

    /** Measures now, and makes a JVM collect its garbage first. */
    static Usage of(TestedController controller) throws IOException {
        Map<Resource, Double> amounts = new EnumMap<>(Resource.class);
        if (TestedController.isOurs()) {
            jcmd(controller, "GC.run");
            String heap = jcmd(controller, "GC.heap_info");
            amounts.put(Resource.HEAP, mib(heap, GENERATION));
            amounts.put(Resource.METASPACE, mib(heap, METASPACE));
        } else {
            controller
                    .metrics()
                    .value("go_memstats_heap_alloc_bytes")
                    .ifPresent(bytes -> amounts.put(Resource.HEAP, bytes / BYTES_PER_MIB));
        }
        Path process = Path.of("/proc", String.valueOf(controller.pid()));
        amounts.put(Resource.RSS, MeasuredProcess.mib(Files.readString(process.resolve("status")), "VmRSS"));
        amounts.put(Resource.THREADS, entries(process.resolve("task")));
        amounts.put(Resource.DESCRIPTORS, entries(process.resolve("fd")));
        amounts.put(Resource.CHILDREN, (double)
                ProcessHandle.of(controller.pid()).orElseThrow().descendants().count());
        return new Usage(amounts);
    }

    /** The smaller amount of each resource. */
    Usage least(Usage other) {
        Map<Resource, Double> least = new EnumMap<>(amounts);
        other.amounts.forEach((resource, amount) -> least.merge(resource, amount, Math::min));
        return new Usage(least);
    }

    Usage and(Usage other) {
        Map<Resource, Double> all = new EnumMap<>(amounts);
        all.putAll(other.amounts);
        return new Usage(all);
    }

    /** The resources of which a later usage has more than it may. */
    List<Resource> grownUntil(Usage later) {
        return amounts.keySet().stream()
                .filter(resource -> later.amounts.get(resource) > resource.most(amounts.get(resource)))
                .toList();
    }

    private static double mib(String heapInfo, Pattern used) {
        return used.matcher(heapInfo)
                .results()
                .mapToDouble(match -> Double.parseDouble(match.group(1)) / KIB_PER_MIB)
                .sum();
    }

    private static double entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    private static String jcmd(TestedController controller, String command) throws IOException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process jcmd = new ProcessBuilder(program.toString(), String.valueOf(controller.pid()), command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (jcmd.waitFor() != 0) {
                throw new IllegalStateException("jcmd " + command + ": " + output);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
