package io.projectsveltos.clusterinventory.credential;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Digests that reveal nothing without the key, which never leaves the process. */
final class KeyedDigest {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 4;
    private static final int DIGEST_BYTES = 12;

    private final SecretKeySpec key;
    private final String prefix;

    private KeyedDigest(byte[] key, byte[] id) {
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.prefix = HexFormat.of().formatHex(id) + ":";
    }

    static KeyedDigest ofRandomKey() {
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[KEY_BYTES];
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(key);
        random.nextBytes(id);
        return new KeyedDigest(key, id);
    }

    String of(byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return prefix + HexFormat.of().formatHex(Arrays.copyOf(mac.doFinal(content), DIGEST_BYTES));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    boolean isComparable(String digest) {
        return digest.startsWith(prefix);
    }
}
