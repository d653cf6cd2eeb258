package io.projectsveltos.clusterinventory.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a figure was measured on, without which it says nothing. */
public final class Machine {

    private static final int KIB_PER_GIB = 1024 * 1024;

    private Machine() {}

    /** The processor, the memory, the kernel and how busy the machine is now, in one line. */
    public static String describe() throws IOException {
        long memory = Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", ""));
        return "%d CPUs (%s), %d GiB, Linux %s, load average %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        field("/proc/cpuinfo", "model name"),
                        memory / KIB_PER_GIB,
                        System.getProperty("os.version"),
                        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    /** The value of the first line that begins with a name. */
    private static String field(String file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("?");
        }
    }
}
