package io.projectsveltos.clusterinventory.reliability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.projectsveltos.clusterinventory.credential.ClientCertificates;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * What somebody who may write a profile's status, a source Secret or a plugin could send: valid documents with a few changes,
 * because most of what is wrong everywhere fails at the first check. Each input follows from the seed and its index alone.
 */
final class HostileInputs {

    static final String PLUGIN = "plugin";

    /** What a plugin that is not hostile returns. */
    static final String TOKEN = "token-of-a-plugin";

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final int HUGE = 1024 * 1024;
    private static final int LONGEST_EXCERPT = 3_000;

    private static final String SECRET_READER = """
            name: kubeconfig-secretreader
            cluster:
              server: https://member.example:6443
              extensions:
              - name: client.authentication.k8s.io/exec
                extension: {name: NAME-source, key: value}
            """;

    private static final List<String> ENTRIES = List.of(
            SECRET_READER,
            SECRET_READER,
            SECRET_READER.replace("}", ", namespace: NAMESPACE, context: x, other: y}"),
            "{name: plugin, cluster: {server: 'https://member.example:6443'}}",
            """
            name: plugin
            cluster:
              server: https://member.example
              certificate-authority-data: AUTHORITY
              tls-server-name: member.example
              proxy-url: http://proxy.example:3128
              disable-compression: true
              extensions:
              - name: client.authentication.k8s.io/exec
                extension: {clusterName: member, audience: [a, b], settings: {a: b, c: {d: e}}}
              - name: clusterprofiles.multicluster.x-k8s.io/exec/additional-args
                extension: {args: [--cluster, member]}
              - name: clusterprofiles.multicluster.x-k8s.io/exec/additional-envs
                extension: {ALLOWED: member, ALLOWED_TOO: b}
            """,
            "{name: plugin, cluster: {server: 'https://member.example', insecure-skip-tls-verify: true}}",
            "{name: unknown, cluster: {server: 'https://member.example'}}",
            """
            name: secretreader
            cluster:
              server: https://member.example
              extensions:
              - name: client.authentication.k8s.io/exec
                extension: {clusterName: NAME}
            """,
            """
            name: open-cluster-management
            cluster:
              server: https://member.example
              extensions:
              - name: client.authentication.k8s.io/exec
                extension: {clusterName: NAME}
            """);

    private static final String REST_OF_STATUS = """
            conditions:
            - {type: Joined, status: "True", reason: a, message: b, lastTransitionTime: "2030-01-01T00:00:00Z"}
            - {type: ControlPlaneHealthy, status: "True", reason: a, message: b, lastTransitionTime: "2030-01-01T00:00:00Z"}
            version: {kubernetes: v1.33.1}
            properties:
            - {name: region, value: north}
            - {name: clusterset, value: main}
            """;

    private static final String CREDENTIAL = """
            apiVersion: client.authentication.k8s.io/v1
            kind: ExecCredential
            spec: {interactive: false}
            status: {token: token-of-a-plugin, expirationTimestamp: "2099-01-01T00:00:00Z"}
            """;

    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters:
            - name: c
              cluster: {server: 'https://member.example:6443', certificate-authority-data: AUTHORITY}
            - name: other
              cluster: {server: 'https://other.example', insecure-skip-tls-verify: true}
            users:
            - name: u
              user: {token: token-of-a-kubeconfig}
            - name: v
              user: {client-certificate-data: AUTHORITY, client-key-data: KEY}
            contexts:
            - name: x
              context: {cluster: c, user: u, namespace: default}
            - name: y
              context: {cluster: c, user: v}
            current-context: x
            """;

    /** Each makes a kubeconfig one that runs or reads something, or leads nowhere. */
    private static final List<List<String>> TRAPS = List.of(
            List.of(
                    "{token: token-of-a-kubeconfig}",
                    "{exec: {apiVersion: v1, command: touch, args: [hostile-canary]}}"),
            List.of("{token: token-of-a-kubeconfig}", "{auth-provider: {name: gcp, config: {cmd-path: touch}}}"),
            List.of("{token: token-of-a-kubeconfig}", "{tokenFile: /etc/passwd}"),
            List.of("{token: token-of-a-kubeconfig}", "{client-certificate: ../../a, client-key: /etc/b}"),
            List.of("certificate-authority-data: AUTHORITY", "certificate-authority: /etc/passwd"),
            List.of("current-context: x", "current-context: ''"),
            List.of("current-context: x", "current-context: nowhere"),
            List.of("{cluster: c, user: u, namespace: default}", "{cluster: nowhere, user: u}"),
            List.of("https://member.example:6443", ""),
            List.of("https://member.example:6443", "unix:///run/hostile-canary"),
            List.of("- name: other", "- name: c"));

    private static final List<String> REPEATED = List.of(
            "[",
            "{",
            "{\"a\":",
            "- ",
            "a: ",
            "? ",
            "\"",
            "'",
            "&a ",
            "*a ",
            "!a ",
            "!!str ",
            "%",
            "---\n",
            "#",
            "\n",
            "\t",
            " ",
            "9",
            "a",
            "a: b\n",
            "- a\n",
            "|\n",
            ">\n ",
            "\\",
            "\u00e9",
            "\u0000",
            "<<: ",
            ",",
            ": ",
            "{},",
            "a.",
            "-----BEGIN ",
            "-----BEGIN CERTIFICATE-----\n",
            "://",
            "token=a ",
            "\r",
            "e1",
            "\ufeff",
            "0x");

    private final long seed;
    private final int maxDepth;

    /**
     * Chooses a sequence.
     *
     * @param seed which one
     * @param maxDepth how deep lists and objects may be nested
     */
    HostileInputs(long seed, int maxDepth) {
        this.seed = seed;
        this.maxDepth = maxDepth;
    }

    /**
     * A profile.
     *
     * @param labels JSON
     * @param displayName JSON
     * @param status JSON, perhaps with repeated fields
     */
    record Profile(String labels, String displayName, String status) {}

    /** How an input is made, each from random numbers of its own. */
    private static final class Generator {

        private final Random random;
        private final HostileText text;
        private final HostileTrees trees;

        Generator(Random random, int maxDepth) {
            this.random = random;
            this.text = new HostileText(random);
            this.trees = new HostileTrees(random, text, maxDepth);
        }

        Profile profile(String name, String namespace) {
            ObjectNode status = tree(REST_OF_STATUS);
            int entries = 1 + random.nextInt(2);
            for (int i = 0; i < entries; i++) {
                String entry = ENTRIES.get(random.nextInt(ENTRIES.size()));
                status.withArray(random.nextInt(8) == 0 ? "credentialProviders" : "accessProviders")
                        .add(tree(entry.replace("NAMESPACE", namespace).replace("NAME", name)));
            }
            List<JsonNode> extensions = status.findValues("extension");
            // the API server allows any type there, and only there
            boolean isExtension = !extensions.isEmpty() && random.nextInt(4) > 0;
            hostile(isExtension ? extensions.get(random.nextInt(extensions.size())) : status);
            ObjectNode labels = YAML.createObjectNode().put("region", "north").put("example.com/tier", "a");
            if (random.nextInt(20) == 0) {
                trees.changeText(labels);
            }
            String displayName = random.nextInt(3) == 0 ? "A member" : text.next();
            return new Profile(
                    trees.json(labels), trees.json(YAML.getNodeFactory().textNode(displayName)), trees.json(status));
        }

        private void hostile(JsonNode tree) {
            switch (random.nextInt(8)) {
                case 0 -> {}
                case 1 -> trees.change(tree);
                case 2 -> {
                    trees.change(tree);
                    trees.changeText(tree);
                }
                default -> {
                    for (int i = random.nextInt(3); i >= 0; i--) {
                        trees.changeText(tree);
                    }
                }
            }
        }

        byte[] credential() {
            ObjectNode credential = tree(CREDENTIAL);
            if (random.nextInt(3) == 0) {
                ObjectNode status = (ObjectNode) credential.get("status");
                status.put("clientCertificateData", pem(ClientCertificates.AUTHORITY));
                status.put("clientKeyData", pem(ClientCertificates.KEY));
                if (random.nextBoolean()) {
                    status.remove("token");
                }
            }
            return document(credential);
        }

        private String pem(String pem) {
            return switch (random.nextInt(4)) {
                case 0 -> text.damaged(pem);
                case 1 -> "text before\n" + pem + pem;
                default -> pem;
            };
        }

        byte[] kubeconfig() {
            String kubeconfig = KUBECONFIG;
            if (random.nextInt(3) == 0) {
                List<String> trap = TRAPS.get(random.nextInt(TRAPS.size()));
                kubeconfig = kubeconfig.replace(trap.get(0), trap.get(1));
            }
            return document(tree(kubeconfig));
        }

        private byte[] document(ObjectNode valid) {
            int kind = random.nextInt(12);
            if (kind < 6) {
                hostile(valid);
            }
            String written = random.nextBoolean() ? trees.json(valid) : trees.yaml(valid);
            return switch (kind) {
                case 6, 7 -> text.damaged(written).getBytes(StandardCharsets.UTF_8);
                case 8 -> damaged(written.getBytes(StandardCharsets.UTF_8));
                case 9, 10 -> special(valid, written);
                case 11 ->
                    random.nextInt(8) == 0 ? huge(written) : surrounded(written).getBytes(StandardCharsets.UTF_8);
                default -> written.getBytes(StandardCharsets.UTF_8);
            };
        }

        private byte[] damaged(byte[] document) {
            for (int i = random.nextInt(5); i >= 0; i--) {
                document[random.nextInt(document.length)] = (byte) random.nextInt(256);
            }
            return random.nextInt(4) == 0 ? Arrays.copyOf(document, random.nextInt(document.length)) : document;
        }

        private String surrounded(String written) {
            return switch (random.nextInt(8)) {
                case 0 -> written + "\n---\n" + written;
                case 1 -> written + text.next();
                case 2 -> "\ufeff" + written;
                case 3 -> "%YAML 1.1\n---\n" + written;
                case 4 -> written.replace("\n", "\r\n");
                case 5 -> "# " + text.next() + "\n" + written;
                case 6 -> text.next() + written;
                default -> written + "\n...\n" + text.next();
            };
        }

        private byte[] special(ObjectNode valid, String written) {
            String yaml = trees.yaml(valid);
            return switch (random.nextInt(10)) {
                case 0 -> (bomb() + yaml.replaceFirst("---", "")).getBytes(StandardCharsets.UTF_8);
                case 1 -> yaml.replaceFirst("(?m)^(users|status):", "$1: &all").getBytes(StandardCharsets.UTF_8);
                case 2 ->
                    yaml.replaceFirst("(?m)^(users|status):", "x: &all\n  a: b\n$1:\n  <<: *all\n$1:")
                            .getBytes(StandardCharsets.UTF_8);
                case 3 -> yaml.replaceFirst("token: ", "token: " + tag()).getBytes(StandardCharsets.UTF_8);
                case 4 -> ("\ufeff" + written).getBytes(StandardCharsets.UTF_16BE);
                case 5 -> ("\ufeff" + written).getBytes(StandardCharsets.UTF_16LE);
                case 6 -> written.getBytes(StandardCharsets.UTF_16);
                case 7 -> bytes(random.nextInt(2_000));
                case 8 ->
                    written.replace("{", "{" + "[".repeat(random.nextInt(100_000)))
                            .getBytes(StandardCharsets.UTF_8);
                default -> new byte[random.nextInt(3)];
            };
        }

        private String tag() {
            List<String> tags = List.of(
                    "!!str ",
                    "!!binary ",
                    "!!int ",
                    "! ",
                    "!a ",
                    "!!javax.script.ScriptEngineManager ",
                    "!!python/name:a ");
            return tags.get(random.nextInt(tags.size()));
        }

        private static String bomb() {
            StringBuilder bomb = new StringBuilder("a0: &a0 [b, b, b, b, b, b, b, b, b, b]\n");
            for (int i = 1; i < 9; i++) {
                String before = "*a" + (i - 1);
                bomb.append("a%d: &a%d [".formatted(i, i) + before + (", " + before).repeat(9) + "]\n");
            }
            return bomb.toString();
        }

        private byte[] huge(String written) {
            String part = REPEATED.get(random.nextInt(REPEATED.size()));
            String start = random.nextBoolean() ? "" : written + "\n";
            int size = HUGE + random.nextInt(3) * 1_000 - 1_000 - start.length();
            byte[] rest = random.nextInt(8) == 0
                    ? bytes(size)
                    : part.repeat(size / part.getBytes(StandardCharsets.UTF_8).length)
                            .getBytes(StandardCharsets.UTF_8);
            byte[] all = Arrays.copyOf(start.getBytes(StandardCharsets.UTF_8), start.length() + rest.length);
            System.arraycopy(rest, 0, all, start.length(), rest.length);
            return all;
        }

        private byte[] bytes(int count) {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        }
    }

    /** The name of a profile: usually as given, sometimes longer in a way that the API server allows. */
    String name(int index, String given) {
        Random random = random(index, 1);
        return switch (random.nextInt(30)) {
            case 0 -> given + "-sveltos-kubeconfig";
            case 1 -> given + ".etc.passwd";
            case 2 -> given + "a".repeat(63);
            case 3 -> given + "." + "b".repeat(230 - given.length());
            case 4 -> given + "." + "b".repeat(252 - given.length());
            default -> given;
        };
    }

    /** A profile that offers the key {@code value} of the Secret {@code NAME-source}, the provider {@link #PLUGIN}, or others. */
    Profile profile(int index, String name, String namespace) {
        return generator(index, 2).profile(name, namespace);
    }

    /** What a plugin prints. */
    byte[] pluginOutput(int index) {
        return generator(index, 3).credential();
    }

    /** The value of a source Secret, or close to it. */
    byte[] kubeconfig(int index) {
        return generator(index, 4).kubeconfig();
    }

    /** What a plugin that is not hostile prints, with {@link #TOKEN}. */
    static byte[] credential() {
        return CREDENTIAL.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether it is one of those that were not changed, in JSON or in the usual YAML. */
    static boolean isUnchangedKubeconfig(byte[] document) {
        String text = new String(document, StandardCharsets.UTF_8);
        return text.equals(tree(KUBECONFIG).toString()) || text.equals(yaml(tree(KUBECONFIG)));
    }

    /** An input for the message of a failure: on one line, and not longer than can be read. */
    static String excerpt(String input) {
        StringBuilder line = new StringBuilder();
        input.chars()
                .limit(LONGEST_EXCERPT)
                .forEach(c -> line.append(c >= ' ' && c < 0x7f ? String.valueOf((char) c) : "\\u%04x".formatted(c)));
        return input.length() > LONGEST_EXCERPT ? line + "... (" + input.length() + " characters)" : line.toString();
    }

    private Generator generator(int index, int kind) {
        return new Generator(random(index, kind), maxDepth);
    }

    private Random random(int index, int kind) {
        // neighbouring seeds would begin with similar numbers
        return new Random((seed + index * 8L + kind) * 0x9E37_79B9_7F4A_7C15L);
    }

    private static ObjectNode tree(String yaml) {
        try {
            return (ObjectNode) YAML.readTree(yaml.replace("AUTHORITY", encoded(ClientCertificates.AUTHORITY))
                    .replace("KEY", encoded(ClientCertificates.KEY)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String yaml(ObjectNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encoded(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
