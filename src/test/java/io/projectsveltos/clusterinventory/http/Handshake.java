package io.projectsveltos.clusterinventory.http;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;

/** A TLS connection to this host that trusts any certificate and resumes no session. */
record Handshake(SSLSocket socket) implements AutoCloseable {

    static Handshake with(int port) throws IOException, GeneralSecurityException {
        SSLContext trusting = new HandshakeCertificates.Builder()
                .addInsecureHost("127.0.0.1")
                .build()
                .sslContext();
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory()
                .createSocket(InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1}), port);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return new Handshake(socket);
    }

    List<X509Certificate> chain() throws IOException {
        Certificate[] chain = socket.getSession().getPeerCertificates();
        return Stream.of(chain).map(X509Certificate.class::cast).toList();
    }

    String subject() throws IOException {
        return chain().get(0).getSubjectX500Principal().getName();
    }

    String get(String path) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
