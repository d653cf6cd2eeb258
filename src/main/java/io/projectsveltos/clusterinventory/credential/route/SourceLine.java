package io.projectsveltos.clusterinventory.credential.route;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/** The lines of steps in route files. */
public final class SourceLine {

    private SourceLine() {}

    /**
     * The line of a step. Camel reports the line before the step's value: for a value in braces, that is the line before the
     * step.
     *
     * @return from 1, or null if it is not known, or not in a file of the user
     */
    public static Integer of(NamedNode node, CamelContext camel) {
        int line = node.getLineNumber();
        if (line <= 0 || node.getLocation() == null || !node.getLocation().startsWith("file:")) {
            return null;
        }
        Resource file = PluginHelper.getResourceLoader(camel).resolveResource(node.getLocation());
        try (BufferedReader reader =
                        new BufferedReader(new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8));
                Stream<String> lines = reader.lines()) {
            boolean isInBraces = lines.skip(line)
                    .findFirst()
                    .filter(next -> next.matches(".*\\b" + node.getShortName() + ":\\s*\\{.*"))
                    .isPresent();
            return isInBraces ? line + 1 : line;
        } catch (IOException e) {
            // it was read a moment ago; a step is found by the line before it too
            return line;
        }
    }
}
