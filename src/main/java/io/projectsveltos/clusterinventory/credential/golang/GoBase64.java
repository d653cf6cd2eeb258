package io.projectsveltos.clusterinventory.credential.golang;

import java.util.Base64;

/** Go's {@code base64.StdEncoding}: line breaks do not count, everything else does, and padding is required. */
public final class GoBase64 {

    private static final int GROUP = 4;

    private GoBase64() {}

    /**
     * Decodes text.
     *
     * @throws IllegalArgumentException where Go refuses it
     */
    public static byte[] decode(String text) {
        String digits = text.replace("\n", "").replace("\r", "");
        if (digits.length() % GROUP != 0) {
            throw new IllegalArgumentException("base64 without its padding");
        }
        return Base64.getDecoder().decode(digits);
    }
}
