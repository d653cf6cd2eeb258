package io.projectsveltos.clusterinventory.component.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Comparator;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Prefers ChaCha20-Poly1305 to AES-GCM; Go's servers follow the client. With only the C1 compiler, AES-GCM is plain Java
 * without the instructions of the processor: 100 us for 4 KB, where ChaCha20-Poly1305 takes 25. The order cannot be set
 * elsewhere: okhttp keeps the one of the socket.
 */
final class ChaCha20SocketFactory extends SSLSocketFactory {

    private final SSLSocketFactory sockets;

    ChaCha20SocketFactory(SSLSocketFactory sockets) {
        this.sockets = sockets;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return preferred(sockets.getDefaultCipherSuites());
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
        return configured(sockets.createSocket());
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return configured(sockets.createSocket(socket, host, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return configured(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return configured(sockets.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return configured(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return configured(sockets.createSocket(host, port, local, localPort));
    }

    private static Socket configured(Socket socket) {
        if (socket instanceof SSLSocket tls) {
            tls.setEnabledCipherSuites(preferred(tls.getEnabledCipherSuites()));
        }
        return socket;
    }

    private static String[] preferred(String[] suites) {
        return Arrays.stream(suites)
                .sorted(Comparator.comparing(suite -> !suite.contains("CHACHA20")))
                .toArray(String[]::new);
    }
}
