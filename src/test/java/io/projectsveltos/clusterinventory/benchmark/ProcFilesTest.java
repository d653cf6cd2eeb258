package io.projectsveltos.clusterinventory.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Reads files of {@code /proc} as Linux writes them. */
class ProcFilesTest {

    private static final String STAT = "4711 (a) b (c) S 1 4711 4711 0 -1 4194304 9 8 7 6 250 30 12 3 20 0 17 0 99 1 2";

    private static final String STATUS = """
            Name:\tjava
            VmPeak:\t 9000000 kB
            VmHWM:\t  204800 kB
            VmRSS:\t  131072 kB
            Threads:\t17
            """;

    private static final String TCP = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5811 1 0 100
               1: 0100007F:D431 0100007F:192B 01 00000000:00000000 02:000002D8 00000000     0        0 6022 2 0 20
               2: 0000000000000000FFFF00000100007F:192B 0000000000000000FFFF00000100007F:D433 06 00000000:00000000 03:00000E0A 00000000     0        0 0 3 0
            """;

    @Test
    void addsUpTheCpuTimeOfAProcessAndItsEndedChildren() {
        ProcessStat stat = ProcessStat.parse(STAT);

        assertEquals(new ProcessStat(280, 15), stat);
        assertEquals(2.95, stat.seconds(), 1e-9);
    }

    @Test
    void readsMemoryInMebibytes() {
        assertEquals(128, MeasuredProcess.mib(STATUS, "VmRSS"));
        assertEquals(200, MeasuredProcess.mib(STATUS, "VmHWM"));
    }

    @Test
    void findsNoMemoryOfAProcessThatHasEnded() {
        assertEquals(0, MeasuredProcess.mib("Name:\tjava\nState:\tZ (zombie)\n", "VmRSS"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readsTheProcessesOfThisMachine() {
        MeasuredProcess self = new MeasuredProcess("tests", ProcessHandle.current());

        assertTrue(self.cpuSeconds() >= MeasuredProcess.ownCpuSeconds() - 0.02);
        double rss = self.rssMib();
        assertTrue(rss > 1);
        assertTrue(self.peakRssMib() >= rss);
    }

    @Test
    void noticesTheEndOfAProcess() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        MeasuredProcess measured = new MeasuredProcess("java", process.toHandle());

        assertThrows(IllegalStateException.class, () -> measured.runFor(Duration.ofMinutes(1)));
        assertThrows(IllegalStateException.class, measured::requireAlive);
    }

    @Test
    void readsPortsAndInodesOfBothAddressFamilies() {
        assertEquals(
                List.of(new TcpSocket(6443, 0, 5811), new TcpSocket(54321, 6443, 6022), new TcpSocket(6443, 54323, 0)),
                TcpSocket.parse(TCP.lines()));
    }
}
