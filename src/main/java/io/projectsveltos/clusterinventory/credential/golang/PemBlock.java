package io.projectsveltos.clusterinventory.credential.golang;

import java.util.ArrayList;
import java.util.List;

/**
 * A block of PEM.
 *
 * @param type the text after BEGIN
 * @param hasHeaders whether the content is preceded by lines such as {@code Proc-Type: 4,ENCRYPTED}
 * @param content decoded
 */
record PemBlock(String type, boolean hasHeaders, byte[] content) {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "\n-----END ";
    private static final String DASHES = "-----";

    /**
     * Finds the blocks that repeated calls of Go's {@code encoding/pem.Decode} find: both markers start a line, and all
     * other text is skipped.
     */
    static List<PemBlock> decode(String text) {
        List<PemBlock> blocks = new ArrayList<>();
        int from = 0;
        for (int end = text.indexOf(END); end >= 0; end = text.indexOf(END, from)) {
            // the last one before the end: a BEGIN without its END is skipped
            int offset = text.substring(from, end).lastIndexOf(BEGIN);
            int begin = from + offset;
            PemBlock block =
                    offset < 0 || offset > 0 && text.charAt(begin - 1) != '\n' ? null : block(text, begin, end);
            if (block != null) {
                blocks.add(block);
            }
            from = block == null ? end + END.length() : endOfLine(text, end + 1);
        }
        return blocks;
    }

    private static PemBlock block(String text, int begin, int end) {
        int content = endOfLine(text, begin);
        String first = line(text, begin);
        String last = line(text, end + 1);
        if (!first.startsWith(DASHES, Math.max(BEGIN.length(), first.length() - DASHES.length()))) {
            return null;
        }
        String type = first.substring(BEGIN.length(), first.length() - DASHES.length());
        if (!last.equals(END.substring(1) + type + DASHES)) {
            return null;
        }
        int headers = content;
        while (headers <= end && line(text, headers).indexOf(':') >= 0) {
            headers = endOfLine(text, headers);
        }
        if (headers > content && headers > end) {
            return null;
        }
        byte[] bytes = base64(headers > end ? "" : text.substring(headers, end));
        return bytes == null ? null : new PemBlock(type, headers > content, bytes);
    }

    private static byte[] base64(String text) {
        try {
            return GoBase64.decode(text.replace(" ", "").replace("\t", ""));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Without trailing blanks and line break (Go's getLine). */
    private static String line(String text, int start) {
        int end = endOfLine(text, start);
        if (end > start && text.charAt(end - 1) == '\n') {
            end -= end - 1 > start && text.charAt(end - 2) == '\r' ? 2 : 1;
        }
        while (end > start && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
            end--;
        }
        return text.substring(start, end);
    }

    private static int endOfLine(String text, int start) {
        int end = text.indexOf('\n', start);
        return end < 0 ? text.length() : end + 1;
    }

    /** Leaves the content out, which may be a private key. */
    @Override
    public String toString() {
        return "PemBlock[" + type + ", " + content.length + " bytes]";
    }
}
