package io.projectsveltos.clusterinventory.credential.route;

import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;

/**
 * Where a step of a custom route is, without any value: an option of a URI may be a credential.
 *
 * @param step its kind, and what it calls
 * @param file the name of its file, empty if there is none
 * @param line from 1, 0 if it is not known
 */
record StepPlace(String step, String file, int line) {

    static StepPlace of(NamedNode node, CamelContext context) {
        String location = node.getLocation();
        Integer line = SourceLine.of(node, context);
        return new StepPlace(step(node), location == null ? "" : fileName(location), line == null ? 0 : line);
    }

    static String fileName(String location) {
        return location.substring(Math.max(location.lastIndexOf('/'), location.lastIndexOf(':')) + 1);
    }

    /** As in "failed in step to {{token-service.url}} (token.yaml, line 12)". */
    @Override
    public String toString() {
        return step + (file.isEmpty() ? "" : " (" + file + (line > 0 ? ", line " + line : "") + ")");
    }

    private static String step(NamedNode node) {
        String id = node instanceof ProcessorDefinition<?> step && step.hasCustomIdAssigned() ? " " + step.getId() : "";
        return node.getShortName() + called(node) + id;
    }

    private static String called(NamedNode node) {
        if (node instanceof BeanDefinition bean) {
            String method =
                    bean.getMethod() == null ? "" : "." + bean.getMethod().split("\\(", 2)[0];
            return " " + (bean.getRef() == null ? bean.getBeanType() : bean.getRef()) + method;
        }
        String uri = node instanceof SendDefinition<?> send
                ? send.getUri()
                : node instanceof ToDynamicDefinition dynamic ? dynamic.getUri() : null;
        return uri == null ? "" : " " + withoutValues(uri);
    }

    /** A placeholder, or the name of an endpoint in this process; of others only the scheme. */
    private static String withoutValues(String uri) {
        String endpoint = uri.split("\\?", 2)[0];
        return endpoint.matches("\\{\\{[^}:]+}}|(direct|seda|bean):[\\w./:-]+") ? endpoint : uri.split(":", 2)[0];
    }
}
