package io.projectsveltos.clusterinventory.credential.golang;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Brings private keys into the one form that Java reads, PKCS #8. Which form a key has shows in what follows its version
 * number, not in the name of its PEM block: Go tries all three, whatever the name says.
 */
final class Pkcs8 {

    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int PARAMETERS = 0xa0;
    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private Pkcs8() {}

    /**
     * Wraps a key, unless it is in this form. Bytes after it do not count, except after PKCS #1, as in Go.
     *
     * @param der PKCS #8, PKCS #1 (RSA) or SEC 1 (EC)
     * @return PKCS #8
     * @throws IllegalArgumentException when it is none of these
     */
    static byte[] of(byte[] der) {
        Element key = Element.read(der, 0);
        if (key.tag() != SEQUENCE) {
            throw new IllegalArgumentException("not a private key");
        }
        byte[] exact = Arrays.copyOf(der, key.end());
        Element version = Element.read(der, key.start());
        Element second = Element.read(der, version.end());
        return switch (second.tag()) {
            case SEQUENCE -> exact;
            case INTEGER -> wrapped(RSA, der);
            case OCTETS -> wrapped(join(EC, curve(exact, second)), exact);
            default -> throw new IllegalArgumentException("not a private key");
        };
    }

    /** SEC 1 has its curve after the key: an object identifier, explicitly tagged. */
    private static byte[] curve(byte[] der, Element key) {
        Element parameters = Element.read(der, key.end());
        if (parameters.tag() != PARAMETERS) {
            throw new IllegalArgumentException("a key without its curve");
        }
        return Arrays.copyOfRange(der, parameters.start(), parameters.end());
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, join(VERSION_0, element(SEQUENCE, algorithm), element(OCTETS, key)));
    }

    private static byte[] element(int tag, byte[] content) {
        return join(new byte[] {(byte) tag}, length(content.length), content);
    }

    /** In as few bytes as can be: Java refuses others. */
    private static byte[] length(int length) {
        if (length < 0x80) {
            return new byte[] {(byte) length};
        }
        byte[] bytes = BigInteger.valueOf(length).toByteArray();
        byte[] digits = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        return join(new byte[] {(byte) (0x80 + digits.length)}, digits);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    /** An element of DER: its tag, and where its content is. */
    private record Element(int tag, int start, int end) {

        static Element read(byte[] der, int at) {
            int start = at + 2;
            if (start > der.length) {
                throw new IllegalArgumentException("DER that ends too early");
            }
            int length = der[at + 1] & 0xff;
            if (length >= 0x80) {
                int bytes = length - 0x80;
                if (bytes == 0 || bytes > 3 || start + bytes > der.length) {
                    throw new IllegalArgumentException("DER of no length");
                }
                length = 0;
                for (int i = 0; i < bytes; i++) {
                    length = length << 8 | der[start + i] & 0xff;
                }
                start += bytes;
            }
            if (start + length > der.length) {
                throw new IllegalArgumentException("DER that ends too early");
            }
            return new Element(der[at] & 0xff, start, start + length);
        }
    }
}
