package io.projectsveltos.clusterinventory.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A way to keep a server waiting. */
enum HostileClient {
    SAYS_NOTHING(false, false, ""),
    STOPS_AFTER_A_BYTE(false, false, "G"),
    DRIPS(false, true, "GET /page HTTP/1.1\r\nX: "),
    NEVER_READS(false, true, "GET /page?large HTTP/1.1\r\n\r\n"),
    SAYS_NOTHING_TO_TLS(true, false, ""),
    // the header of a record of 256 bytes, and the first byte of a ClientHello
    STOPS_IN_THE_HANDSHAKE(true, false, "\u0016\u0003\u0001\u0001\u0000\u0001"),
    DRIPS_IN_THE_HANDSHAKE(true, true, "\u0016\u0003\u0001\u0001\u0000\u0001\u0000\u0000\u00fc");

    private final boolean tls;
    private final boolean drips;
    private final String begin;

    HostileClient(boolean tls, boolean drips, String begin) {
        this.tls = tls;
        this.drips = drips;
        this.begin = begin;
    }

    boolean isOfTls() {
        return tls;
    }

    Socket open(int port) throws IOException {
        Socket socket = new Socket();
        // before it connects, or the kernel would buffer much of a response
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout(1);
        socket.getOutputStream().write(begin.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Keeps the server waiting a little longer; returns whether the server still waits. */
    boolean goOn(Socket socket) {
        try {
            if (drips) {
                socket.getOutputStream().write('x');
                return true;
            }
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
