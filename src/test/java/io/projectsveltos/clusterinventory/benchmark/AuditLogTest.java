package io.projectsveltos.clusterinventory.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

    @TempDir
    private Path folder;

    private Path file;
    private AuditLog log;

    @BeforeEach
    void name() {
        file = folder.resolve("audit.log");
        log = new AuditLog(file, "controller");
    }

    @Test
    void countsByVerbAndResource() throws IOException {
        write(event("controller", "ResponseComplete", "patch", "secrets", ""));
        write(event("controller", "ResponseComplete", "patch", "secrets", ""));
        write(event("controller", "ResponseComplete", "update", "clusterprofiles", "status"));

        RequestCounts counts = log.requestsSince(0);

        assertEquals(Map.of("patch secrets", 2, "update clusterprofiles/status", 1), counts.byVerbAndResource());
        assertEquals(3, counts.total());
    }

    @Test
    void countsAWatchOnceItHasStarted() throws IOException {
        write(event("controller", "ResponseStarted", "watch", "secrets", ""));
        write(event("controller", "ResponseComplete", "watch", "secrets", ""));

        assertEquals(Map.of("watch secrets", 1), log.requestsSince(0).byVerbAndResource());
    }

    @Test
    void countsRequestsForNoResourceTogether() throws IOException {
        write("""
                {"stage":"ResponseComplete","verb":"get","requestURI":"/apis","user":{"username":"controller"}}
                """);

        assertEquals(Map.of("get (no resource)", 1), log.requestsSince(0).byVerbAndResource());
    }

    @Test
    void leavesOutOtherUsersAndWhatWasBefore() throws IOException {
        assertEquals(0, log.end());
        write(event("controller", "ResponseComplete", "list", "secrets", ""));
        long end = log.end();
        write(event("admin", "ResponseComplete", "list", "secrets", ""));
        write(event("controller", "ResponseComplete", "get", "secrets", ""));

        assertEquals(Map.of("get secrets", 1), log.requestsSince(end).byVerbAndResource());
    }

    @Test
    void leavesOutALineThatIsStillBeingWritten() throws IOException {
        write("{\"stage\":\"ResponseComp");

        assertEquals(0, log.requestsSince(0).total());
    }

    private static String event(String user, String stage, String verb, String resource, String subresource) {
        return """
                {"stage":"%s","verb":"%s","user":{"username":"%s"},"objectRef":{"resource":"%s","subresource":"%s"}}
                """.formatted(stage, verb, user, resource, subresource);
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
