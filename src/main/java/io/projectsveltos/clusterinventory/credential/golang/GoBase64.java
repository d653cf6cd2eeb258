package io.projectsveltos.clusterinventory.credential.golang;

import java.util.Base64;

/** Go's {@code base64.StdEncoding}: ignores line breaks and nothing else, and requires padding. */
public final class GoBase64 {

    private static final int GROUP = 4;

    private GoBase64() {}

    /**
     * @throws IllegalArgumentException where Go returns an error
     */
    public static byte[] decode(String text) {
        String digits = text.replace("\n", "").replace("\r", "");
        if (digits.length() % GROUP != 0) {
            throw new IllegalArgumentException("base64 without its padding");
        }
        return Base64.getDecoder().decode(digits);
    }
}
