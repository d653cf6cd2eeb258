package io.projectsveltos.clusterinventory.credential.route;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;

/**
 * What the credential of a custom provider route is made from: the text of its file and of the files whose routes these
 * files name, and the values of their placeholders. All of it may contain a credential, and the fingerprint is visible to
 * users; so it contributes 12 bits of a digest, as the values of the provider file do. It is read once: an edited file has
 * an effect after a restart.
 */
final class RouteFingerprints {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]+}}");
    private static final int DIGEST_HEX = 3;

    private final CamelContext context;
    private final Map<String, String> known = new ConcurrentHashMap<>();

    RouteFingerprints(CamelContext context) {
        this.context = context;
    }

    /** Three hexadecimal digits, empty if the access provider does not have a route from a file. */
    String of(String provider) {
        return known.computeIfAbsent(provider, this::read);
    }

    private String read(String provider) {
        if (routes().noneMatch(route -> isOf(provider, route))) {
            // no file is read, because none of its texts matters
            return "";
        }
        // the endpoints that files define, by location
        Map<String, SortedSet<String>> endpoints = new TreeMap<>();
        Map<String, String> texts = new TreeMap<>();
        Deque<String> reached = new ArrayDeque<>();
        for (RouteDefinition route : routes().toList()) {
            String location = route.getResource().getLocation();
            texts.computeIfAbsent(location, ignored -> text(route));
            endpoints
                    .computeIfAbsent(location, ignored -> new TreeSet<>())
                    .add(RouteInput.of(route, context).replaceFirst("://", ":"));
            if (isOf(provider, route)) {
                reached.add(location);
            }
        }
        return digest(closure(reached, endpoints, texts));
    }

    /** Those of custom files; one from a template does not have a file. */
    private Stream<RouteDefinition> routes() {
        return context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions().stream()
                .filter(route -> route.getResource() != null && CustomRoutes.isCustom(route));
    }

    private boolean isOf(String provider, RouteDefinition route) {
        return CustomProviderRoutes.providerOf(RouteInput.of(route, context))
                .filter(provider::equals)
                .isPresent();
    }

    private static SortedSet<String> closure(
            Deque<String> reached, Map<String, SortedSet<String>> endpoints, Map<String, String> texts) {
        SortedSet<String> used = new TreeSet<>();
        while (!reached.isEmpty()) {
            String text = texts.remove(reached.remove());
            if (text != null) {
                used.add(text);
                texts.keySet().stream()
                        .filter(other -> endpoints.get(other).stream().anyMatch(text::contains))
                        .forEach(reached::add);
            }
        }
        return used;
    }

    private static String text(RouteDefinition route) {
        try (InputStream file = route.getResource().getInputStream()) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String digest(SortedSet<String> texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                update(digest, text);
                Matcher placeholder = PLACEHOLDER.matcher(text);
                while (placeholder.find()) {
                    update(digest, value(placeholder.group()));
                }
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, DIGEST_HEX);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, String part) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        // is in neither
        digest.update((byte) 0);
    }

    /** One in a comment may have no value. */
    private String value(String placeholder) {
        try {
            return context.resolvePropertyPlaceholders(placeholder);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
