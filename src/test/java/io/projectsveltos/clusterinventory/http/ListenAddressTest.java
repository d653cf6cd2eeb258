package io.projectsveltos.clusterinventory.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

    @Test
    void listensOnAllInterfacesWithoutAHost() {
        InetSocketAddress socket = ListenAddress.parse("health-addr", ":9440").socket();

        assertTrue(socket.getAddress().isAnyLocalAddress());
        assertEquals(9440, socket.getPort());
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:80,127.0.0.1,80", "[::1]:8443,0:0:0:0:0:0:0:1,8443", "127.0.0.1:65535,127.0.0.1,65535"})
    void listensOnTheHost(String text, String host, int port) {
        InetSocketAddress socket = ListenAddress.parse("health-addr", text).socket();

        assertEquals(host, socket.getAddress().getHostAddress());
        assertEquals(port, socket.getPort());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", ""})
    void doesNotListen(String text) {
        assertNull(ListenAddress.parse("health-addr", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9440", "localhost", ":", ":http", ":-1", ":65536", ":+80", "[::1]", "::1", "fe80::1:80"})
    void refusesAnInvalidAddressAndNamesTheSetting(String text) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ListenAddress.parse("health-addr", text));

        assertEquals(
                "health-addr is " + text + ", expected host:port, :port, or 0 to not listen", refused.getMessage());
    }
}
