package io.projectsveltos.clusterinventory.credential.golang;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Distinguishes numbers from text as go-yaml v2 does ({@code resolve} in resolve.go, with Go's {@code strconv.ParseInt} in
 * base 0). A difference would turn text into a number, which client-go rejects, or a number into text.
 */
final class GoNumber {

    private static final Pattern INTEGER = Pattern.compile("([-+]?)(0[xX]|0[oO]|0[bB]|0(?=.))?([0-9a-fA-F]+)");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final int BITS = 64;

    /** Longer numbers do not fit. */
    private static final int MAX_LENGTH = 400;

    private GoNumber() {}

    /**
     * Parses a plain scalar.
     *
     * @return the number, or empty for text
     * @throws UnreadableException for infinity and NaN, which JSON lacks: client-go rejects them in the fields that it reads
     */
    static Optional<JsonNode> parse(String scalar) throws UnreadableException {
        if (scalar.isEmpty() || scalar.length() > MAX_LENGTH || "0123456789+-.".indexOf(scalar.charAt(0)) < 0) {
            return Optional.empty();
        }
        if (INFINITE.matcher(scalar).matches()) {
            throw UnreadableException.undecided("has a number that is not finite");
        }
        // with a leading point it can only be a float, which has no underscores
        String plain = scalar.charAt(0) == '.' ? scalar : scalar.replace("_", "");
        return integer(plain).or(() -> decimal(plain));
    }

    private static Optional<JsonNode> integer(String plain) {
        Matcher matcher = INTEGER.matcher(plain);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            BigInteger value = new BigInteger(matcher.group(1) + matcher.group(3), radix(matcher.group(2)));
            return fits(value, !matcher.group(1).isEmpty())
                    ? Optional.of(BigIntegerNode.valueOf(value))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int radix(String prefix) {
        return switch (prefix == null ? "" : prefix.toLowerCase(Locale.ROOT)) {
            case "0x" -> 16;
            case "0b" -> 2;
            case "0o", "0" -> 8;
            default -> 10;
        };
    }

    /** Only numbers without a sign may use all 64 bits. */
    private static boolean fits(BigInteger value, boolean isSigned) {
        return value.bitLength() < BITS || !isSigned && value.bitLength() == BITS;
    }

    private static Optional<JsonNode> decimal(String plain) {
        if (!FLOAT.matcher(plain).matches()) {
            return Optional.empty();
        }
        double value = Double.parseDouble(plain);
        return Double.isInfinite(value) ? Optional.empty() : Optional.of(DoubleNode.valueOf(value));
    }
}
