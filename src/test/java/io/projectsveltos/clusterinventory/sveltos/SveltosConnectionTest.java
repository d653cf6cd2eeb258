package io.projectsveltos.clusterinventory.sveltos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.projectsveltos.clusterinventory.component.kubernetes.Json;
import io.projectsveltos.clusterinventory.sveltos.SveltosConnection.State;
import io.projectsveltos.clusterinventory.testing.Fixtures;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SveltosConnectionTest {

    @Test
    void sharesWhatMostClustersReport() {
        assertSame(SveltosConnection.READY, read(Map.of("ready", true, "connectionStatus", "Healthy")));
        assertSame(SveltosConnection.READY, read(Map.of("ready", true, "failureMessage", "once")));
        assertSame(SveltosConnection.UNKNOWN, read(Map.of("version", "v1.36.3")));
        assertSame(SveltosConnection.UNKNOWN, read(Map.of("connectionStatus", "Healthy")));
    }

    @Test
    void isDownAlthoughItWasReadyOnce() {
        SveltosConnection down = down("i/o timeout");

        assertEquals(new SveltosConnection(State.DOWN, "i/o timeout", false), down);
        assertEquals(State.DOWN, read(Map.of("connectionStatus", "Down")).state());
    }

    @ParameterizedTest
    @CsvSource({
        "the server has asked for the client to provide credentials, true",
        "Unauthorized, true",
        "'version: Forbidden: User \"system:anonymous\"', true",
        "namespaces is forbidden, true",
        "unexpected status 401, true",
        "403 from proxy, true",
        "context deadline exceeded, false",
        "dial tcp 10.40.3.1:4013: connection refused, false"
    })
    void recognizesARejectedCredential(String message, boolean expected) {
        assertEquals(expected, down(message).isRejected());
    }

    @Test
    void isOneLineWithoutACredential() {
        assertEquals(
                "denied for *** and token: *** at proxy",
                down("denied for eyJhbGciOiJSUzI1NiJ9.e30.c2ln\nand token: hunter2 \u0000\u202eat proxy")
                        .failure());
    }

    @Test
    void leavesOutThePortThatDiffersEachTime() {
        assertEquals(
                "read tcp 10.0.0.1->10.0.0.2:443: reset",
                down("read tcp 10.0.0.1:43512->10.0.0.2:443: reset").failure());
    }

    @Test
    void isBoundedWithoutTheBeginningOfACredential() {
        assertEquals(512, down("word ".repeat(10_000)).failure().length());
        // a cut through the token would leave too few characters to be recognized
        String message = "a ".repeat(2_040) + "a1b2c3d4e5f6g7h8i9j0k1l2m3n4";
        assertFalse(down(message.substring(0, 4_080) + "x".repeat(5) + message.substring(4_080))
                .failure()
                .contains("a1b2"));
        assertEquals("", down("a1".repeat(10_000)).failure());
    }

    /** Each is followed by another field, which has to be found. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "1",
                "[{\"ready\": true}]",
                "{\"ready\": {\"a\": [true]}, \"connectionStatus\": [\"Down\"], \"failureMessage\": {}, \"x\": [[1]]}"
            })
    void survivesAStatusOfAnotherForm(String status) throws JsonProcessingException {
        SveltosCluster cluster = Json.newMapper()
                .readValue(
                        "{\"kind\": \"SveltosCluster\", \"status\": " + status
                                + ", \"metadata\": {\"name\": \"member\", \"labels\": {\"a\": \"b\"}}}",
                        SveltosCluster.class);

        assertSame(SveltosConnection.UNKNOWN, cluster.connection());
        assertEquals(Map.of("a", "b"), cluster.labels());
    }

    @Test
    void keepsTheManagedFieldsOfAWholeObject() {
        SveltosCluster cluster = Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .owned("kubectl", "Update", Map.of("spec", Map.of("paused", "")))
                .reporting(Map.of());

        assertTrue(cluster.managedFields().isOwned("f:spec.f:paused"));
    }

    private static SveltosConnection down(String message) {
        return read(Map.of("ready", true, "connectionStatus", "Down", "failureMessage", message));
    }

    private static SveltosConnection read(Map<String, Object> status) {
        return Fixtures.metadata(Fixtures.NAMESPACE, Fixtures.NAME)
                .reporting(status)
                .connection();
    }
}
