package io.projectsveltos.clusterinventory.credential.exec;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Removes everything that looks like a credential from text of others; too much rather than too little. The text
 * is untrusted, so it is scanned by hand, looking at each character a few times at most: a regular expression with an
 * alternation in a loop recurses for each character, and one that starts with a loop rescans the rest of the text from
 * each.
 */
public final class Redaction {

    private static final String REDACTED = "***";
    private static final String PEM_BEGIN = "-----BEGIN";
    private static final String PEM_END = "-----END";
    private static final String DASHES = "-----";
    private static final String AFTER_SCHEME = "://";
    private static final String JWT = "eyJ";
    private static final int MIN_SECRET_LENGTH = 4;
    private static final int MIN_RANDOM_LENGTH = 20;
    private static final int MIN_JWT_LENGTH = 10;

    /** Parts of names and flags that are followed by a secret, with or without a separator. */
    private static final List<String> SECRET_NAMES = List.of(
            "token",
            "secret",
            "passw",
            "passphrase",
            "credential",
            "bearer",
            "apikey",
            "api-key",
            "api_key",
            "api.key",
            "privatekey",
            "private-key",
            "private_key",
            "private.key");

    /** Parts of names that are followed by a secret after a separator; without a separator they are ordinary words. */
    private static final List<String> SEPARATED_NAMES =
            List.of("signature", "session", "accesskey", "access-key", "access_key");

    /** The same, for the ends of names. */
    private static final List<String> SEPARATED_NAME_ENDINGS = List.of("pass", "pwd", "sig", "auth", "jwt", "otp");

    /** Headers whose value is the rest of the line. */
    private static final List<String> HEADERS = List.of("authorization", "cookie");

    /** Words that only announce the next one as a secret, as in "bearer token abc". */
    private static final Set<String> ANNOUNCING = Set.of(
            "basic", "bearer", "negotiate", "digest", "token", "token:", "secret", "secret:", "password", "password:");

    private static final String SHORT_USER_FLAG = "-u";
    private static final Set<String> USER_FLAGS = Set.of(SHORT_USER_FLAG, "--user", "--proxy-user");
    private static final List<String> SEPARATORS = List.of("=", ":", "%3d", "%3a", "%253d");

    private static final List<String> SENSITIVE_VARIABLES =
            List.of("token", "secret", "pass", "_pwd", "credential", "cookie", "session", "key", "auth");

    private enum Kind {
        /** An ordinary word. */
        NONE,
        /** A word that is followed by a secret. */
        SECRET,
        /** A word that is followed by a secret after a separator. */
        VALUE,
        /** A word that is followed by a separator and a line that is all secret. */
        HEADER,
        /** A flag that is followed by user and password. */
        USER
    }

    private final String text;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private Redaction(String text) {
        this.text = text;
    }

    /**
     * Redacts a text.
     *
     * @param text what a plugin or another controller wrote
     * @param environment the plugin's, whose sensitive values are removed wherever they occur
     * @return the text with {@code ***} in place of what was removed
     */
    public static String of(String text, Map<String, String> environment) {
        String redacted = text;
        for (String value : sensitiveValues(environment)) {
            redacted = redacted.replace(value, REDACTED);
        }
        redacted = new Redaction(redacted).withoutPem();
        redacted = new Redaction(redacted).withoutUserInfo();
        redacted = new Redaction(redacted).withoutNamed();
        return new Redaction(redacted).withoutRandom();
    }

    /** Longest first: a shorter one may be a part of it, and would leave the rest. */
    private static List<String> sensitiveValues(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(variable -> containsAny(variable.getKey().toLowerCase(Locale.ROOT), SENSITIVE_VARIABLES))
                .map(Map.Entry::getValue)
                .filter(value -> value.length() >= MIN_SECRET_LENGTH)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** Removes PEM blocks, including incomplete ones. */
    private String withoutPem() {
        int begin = text.indexOf(PEM_BEGIN);
        for (int end = text.indexOf(PEM_END); begin >= 0 || end >= 0; end = text.indexOf(PEM_END, at)) {
            if (begin >= 0 && (end < 0 || begin < end)) {
                copyUntil(begin);
            }
            redactUntil(end < 0 ? text.length() : afterPemEnd(end));
            if (begin >= 0 && begin < at) {
                begin = text.indexOf(PEM_BEGIN, at);
            }
        }
        return rest();
    }

    private int afterPemEnd(int end) {
        int label = skip(end + PEM_END.length(), c -> c >= 'A' && c <= 'Z' || c == ' ');
        return text.startsWith(DASHES, label) ? label + DASHES.length() : label;
    }

    /** Removes user and password from URLs. */
    private String withoutUserInfo() {
        for (int scheme = text.indexOf(AFTER_SCHEME); scheme >= 0; scheme = text.indexOf(AFTER_SCHEME, at)) {
            copyUntil(scheme + AFTER_SCHEME.length());
            int end = skip(at, c -> !Character.isWhitespace(c) && "/?#\"'".indexOf(c) < 0);
            int host = end - 1;
            while (host > at && text.charAt(host) != '@') {
                host--;
            }
            // continue here and not at the end: the next scheme may begin before it
            redactUntil(host);
        }
        return rest();
    }

    /** Removes what names, flags and headers announce as secret. */
    private String withoutNamed() {
        while (at < text.length()) {
            if (isNameCharacter(text.charAt(at))) {
                int start = at;
                copyUntil(skip(at, Redaction::isNameCharacter));
                redactAfter(kindOf(text.substring(start, at)));
            } else {
                copyUntil(at + 1);
            }
        }
        return rest();
    }

    private void redactAfter(Kind kind) {
        if (kind == Kind.NONE) {
            return;
        }
        int separator = skip(skip(at, c -> c == '\\' || c == '"' || c == '\''), Character::isWhitespace);
        int length = separatorLength(separator);
        if (length == 0 && (kind == Kind.VALUE || kind == Kind.HEADER)) {
            return;
        }
        int value = skip(separator + length, Character::isWhitespace);
        int end = kind == Kind.HEADER && !isQuote(value) ? endOfLine(value) : endOfValue(value);
        if (kind != Kind.USER || text.substring(value, end).contains(":")) {
            copyUntil(value);
            redactUntil(end);
        }
    }

    private int separatorLength(int from) {
        return SEPARATORS.stream()
                .filter(separator -> text.regionMatches(true, from, separator, 0, separator.length()))
                .mapToInt(String::length)
                .findFirst()
                .orElse(0);
    }

    /** The end of a quoted value or of a word; after a word that only announces a secret, the end of the next one. */
    private int endOfValue(int from) {
        int start = from;
        while (start < text.length() && !isQuote(start)) {
            int end = skip(start, c -> !Character.isWhitespace(c) && c != ',' && c != ';');
            int next = skip(end, c -> c == ' ' || c == '\t');
            if (next == end || !ANNOUNCING.contains(text.substring(start, end).toLowerCase(Locale.ROOT))) {
                return end;
            }
            start = next;
        }
        return start < text.length() ? endOfQuoted(start) : start;
    }

    private boolean isQuote(int from) {
        int quote = from + (text.startsWith("\\", from) ? 1 : 0);
        return quote < text.length() && (text.charAt(quote) == '"' || text.charAt(quote) == '\'');
    }

    /** After the closing quote, which is escaped if the opening one is; without a closing quote, the end of the text. */
    private int endOfQuoted(int from) {
        if (text.charAt(from) == '\\') {
            int close = text.indexOf(text.substring(from, from + 2), from + 2);
            return close < 0 ? text.length() : close + 2;
        }
        char quote = text.charAt(from);
        int end = from + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            end += quote == '"' && text.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(end + 1, text.length());
    }

    private int endOfLine(int from) {
        return skip(from, c -> c != '\n' && c != '\r');
    }

    /** Removes words that look random, which are long and contain a digit, and words that begin like a JSON Web Token. */
    private String withoutRandom() {
        while (at < text.length()) {
            int end = skip(at, Redaction::isTokenCharacter);
            int length = end - at;
            if (length >= MIN_RANDOM_LENGTH && text.substring(at, end).chars().anyMatch(c -> c >= '0' && c <= '9')
                    || length >= MIN_JWT_LENGTH && text.startsWith(JWT, at)) {
                redactUntil(end);
            }
            copyUntil(Math.min(end + 1, text.length()));
        }
        return rest();
    }

    private static Kind kindOf(String word) {
        String name = word.toLowerCase(Locale.ROOT);
        if (containsAny(name, HEADERS)) {
            return Kind.HEADER;
        }
        if (containsAny(name, SECRET_NAMES)) {
            return Kind.SECRET;
        }
        if (USER_FLAGS.contains(name)) {
            return Kind.USER;
        }
        return containsAny(name, SEPARATED_NAMES)
                        || SEPARATED_NAME_ENDINGS.stream().anyMatch(name::endsWith)
                        || name.startsWith(SHORT_USER_FLAG)
                ? Kind.VALUE
                : Kind.NONE;
    }

    private static boolean containsAny(String name, List<String> parts) {
        return parts.stream().anyMatch(name::contains);
    }

    private static boolean isNameCharacter(char c) {
        return isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
    }

    private static boolean isTokenCharacter(char c) {
        return isLetterOrDigit(c) || "+/_.=%~-".indexOf(c) >= 0;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    @FunctionalInterface
    private interface Characters {
        boolean contain(char c);
    }

    /** The first position from there on with another character. */
    private int skip(int from, Characters characters) {
        int end = Math.min(from, text.length());
        while (end < text.length() && characters.contain(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private void copyUntil(int end) {
        out.append(text, at, end);
        at = end;
    }

    private void redactUntil(int end) {
        if (end > at) {
            out.append(REDACTED);
            at = end;
        }
    }

    private String rest() {
        copyUntil(text.length());
        return out.toString();
    }
}
