package io.projectsveltos.clusterinventory.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Text that a program may take for more than text. */
final class HostileText {

    /** The name of a property, a variable, a bean and a file that the text refers to. */
    static final String CANARY = "hostile-canary";

    /** The value of the property and of the variable: where it is found, text was evaluated. */
    static final String EVALUATED = "this-text-was-evaluated";

    private static final List<String> CAMEL = List.of(
            "{{hostile-canary}}",
            "{{sys:hostile-canary}}",
            "{{env:HOSTILE_CANARY}}",
            "{{?hostile-canary}}",
            "${properties:hostile-canary}",
            "${sys.hostile-canary}",
            "${env.HOSTILE_CANARY}",
            "$simple{properties:hostile-canary}",
            "${bean:hostile-canary}",
            "${ref:hostile-canary}",
            "#bean:hostile-canary",
            "#class:java.io.File('hostile-canary')",
            "${bean:type:java.lang.System?method=exit}",
            "${exception.stacktrace}",
            "${body}${headers}${exchangeId}",
            "RAW({{hostile-canary}})",
            "RAW(a?b&c=d)",
            "a?password=RAW(b)&exchangePattern=InOut",
            "direct:delete-outputs",
            "exec:touch?args=hostile-canary",
            "language:simple:${properties:hostile-canary}",
            "${jndi:ldap://127.0.0.1:1/hostile-canary}",
            "%s%n%1$s",
            "{}{0}");

    private static final List<String> SHELL = List.of(
            "$(touch hostile-canary)",
            "`touch hostile-canary`",
            "; touch hostile-canary",
            "' ; touch hostile-canary ; '",
            "\"; touch hostile-canary; \"",
            "| touch hostile-canary",
            "\ntouch hostile-canary\n",
            "$(HOSTILE_CANARY)",
            "$$(HOSTILE_CANARY)",
            "$HOSTILE_CANARY",
            "--help",
            "-");

    private static final List<String> PATHS = List.of(
            "../..",
            "../../etc/passwd",
            "/etc/passwd",
            "/",
            ".",
            "..",
            "%2e%2e%2f",
            "..\\..",
            "a/../../b",
            "file:///etc/passwd",
            "/proc/self/environ",
            "kube-system/admin",
            "healthy-sveltos-kubeconfig");

    private static final List<String> FORGED = List.of(
            "\n2026-01-01T00:00:00.000Z ERROR Main fleet/healthy: forged",
            "\r\nforged: yes\r\n\r\nforged",
            "a\r\nAuthorization: Bearer forged",
            "\u001b[31mforged\u001b[2J",
            "\u0085forged",
            "\u2028forged\u2029",
            "\u202eforged\u202c",
            "\b\b\b\bforged",
            "\"},{\"level\":\"ERROR\"",
            "\tforged");

    private static final List<String> UNICODE = List.of(
            "\u0000",
            "\u0001\u007f\u009f",
            "\ud800",
            "\udfff\ud83d",
            "\ud83d\ude00\ud83d\ude00",
            "e\u0301\u0302\u0303\u0304\u0305",
            "\ufb03\u2167\u0130\u00df",
            "\ufffe\uffff\ufdd0",
            "\ufeff",
            "\u200b\u200d\u2060",
            "\u0634\u0628\u0643\u0629",
            "\udb40\udc41",
            "\uff0e\uff0e\uff0f");

    private static final List<String> YAML = List.of(
            "*a",
            "&a b",
            "!!binary AAAA",
            "!!java.io.File [a]",
            "<<",
            "---",
            "...",
            "%YAML 1.1",
            "? a",
            "@a",
            ": ",
            " #",
            "- a",
            "{a: b",
            "[a",
            "|",
            ">+2",
            "null",
            "~",
            "yes",
            "0x1F",
            "012",
            "1_000",
            "1e999",
            ".inf",
            "-.NaN",
            "1:30",
            "2030-01-01",
            "=",
            "",
            " ",
            "\t",
            "'",
            "\"",
            "\\",
            "{\"a\":1}");

    private static final List<String> URLS = List.of(
            "https://user:password@member.example",
            "https://[::1]:6443",
            "https://[fe80::1%25eth0]",
            "https://[::",
            "https://member.example:99999",
            "https://member.example:-1",
            "https://member.example:",
            "https://",
            "//member.example",
            "member.example:6443",
            "https://ho st",
            "https://member.example/%zz",
            "https://member.example/../..",
            "https://member.example?a=b&c#d",
            "https:member",
            "HTTPS://MEMBER.EXAMPLE",
            "ftp://member.example",
            "socks5://member.example",
            "javascript:alert(1)",
            "unix:///run/hostile-canary",
            "https://m\u00fcnchen.example",
            "https://{{hostile-canary}}",
            "https://member.example\r\nHost: forged");

    private static final List<List<String>> ALL = List.of(CAMEL, SHELL, PATHS, FORGED, UNICODE, YAML, URLS);

    private final Random random;

    HostileText(Random random) {
        this.random = random;
    }

    /** Anything, rarely more than some hundred characters long. */
    String next() {
        return switch (random.nextInt(20)) {
            case 0 -> long_();
            case 1, 2 -> any() + any();
            case 3 -> "member" + any() + "example";
            case 4 -> characters(1 + random.nextInt(40));
            default -> any();
        };
    }

    /** A part of this text is something else. */
    String damaged(String text) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + random.nextInt(4));
        return text.substring(0, at) + (random.nextBoolean() ? next() : "") + text.substring(end);
    }

    private String any() {
        List<String> some = ALL.get(random.nextInt(ALL.size()));
        return some.get(random.nextInt(some.size()));
    }

    private String long_() {
        int length = random.nextInt(30) == 0 ? 300_000 : random.nextInt(4) == 0 ? 20_000 : 2_000;
        String part = any() + "a";
        return part.repeat(length / part.length() + 1);
    }

    private String characters(int count) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int limit = List.of(0x80, 0x100, 0x3000, 0x10000, 0x110000).get(random.nextInt(5));
            all.add(random.nextInt(limit));
        }
        return all.stream().map(Character::toString).reduce("", String::concat);
    }
}
