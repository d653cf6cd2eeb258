package io.projectsveltos.clusterinventory.credential.route;

import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.EndpointHelper;

/** What a route is from, in the one form in which it can be compared, such as {@code direct://NAME}. */
public final class RouteInput {

    private static final String OPTIONS = "\\?";

    private RouteInput() {}

    /**
     * The endpoint of a route, with the values of its placeholders.
     *
     * @param route the route, built or not
     * @param context where the settings are
     * @return without options; as written if a setting is missing, which Camel reports when it builds the route
     */
    public static String of(RouteDefinition route, CamelContext context) {
        String uri = route.getInput().getEndpointUri();
        try {
            return of(context.resolvePropertyPlaceholders(uri));
        } catch (IllegalArgumentException e) {
            return of(uri);
        }
    }

    /**
     * An endpoint without its options.
     *
     * @param uri as in a file or a route
     */
    public static String of(String uri) {
        return EndpointHelper.normalizeEndpointUri(uri).split(OPTIONS, 2)[0];
    }
}
