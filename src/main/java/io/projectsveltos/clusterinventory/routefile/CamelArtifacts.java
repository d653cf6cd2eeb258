package io.projectsveltos.clusterinventory.routefile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/** Says in which jar Camel has a component, a data format or a language. */
final class CamelArtifacts {

    private CamelArtifacts() {}

    /**
     * What to do about a part that is not on the class path.
     *
     * @param kind component, dataformat or language
     * @param name its name in a route
     */
    static String advice(String kind, String name) {
        Properties artifacts = artifacts();
        String artifact = artifacts.getProperty(kind + "." + name);
        String label = kind.equals("dataformat") ? "data format" : kind;
        if (artifact != null) {
            return "the " + label + " " + name + " is not on the class path: it needs " + artifact
                    + " and the jars that this uses, in a folder for --lib (docs/class-path.md)";
        }
        List<String> known = artifacts.stringPropertyNames().stream()
                .filter(key -> key.startsWith(kind + "."))
                .map(key -> key.substring(kind.length() + 1))
                .toList();
        return "Camel has no " + label + " " + name + ": " + ClosestName.advice(name, known);
    }

    private static Properties artifacts() {
        Properties artifacts = new Properties();
        try (InputStream file = CamelArtifacts.class.getResourceAsStream("artifacts.properties")) {
            artifacts.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return artifacts;
    }
}
