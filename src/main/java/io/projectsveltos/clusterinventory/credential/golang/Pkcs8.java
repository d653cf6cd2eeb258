package io.projectsveltos.clusterinventory.credential.golang;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Converts private keys to PKCS #8, the only form that Java reads. The element after the version number determines the form
 * of a key, not the name of its PEM block: Go tries all three forms regardless of the name.
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
     * Wraps a key that is not PKCS #8 yet. Trailing bytes are ignored, except after PKCS #1, as in Go.
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

    /** In SEC 1 the curve follows the key: an explicitly tagged object identifier. */
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

    /** The shortest encoding: Java rejects any other. */
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

    /** A DER element: its tag and the position of its content. */
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
