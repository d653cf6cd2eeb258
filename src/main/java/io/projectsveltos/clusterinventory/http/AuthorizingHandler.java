package io.projectsveltos.clusterinventory.http;

/**
 * Passes a request on only if the API server authenticates the caller and authorizes it to {@code get} the path, as
 * controller-runtime's {@code filters.WithAuthenticationAndAuthorization} does.
 */
public final class AuthorizingHandler implements HttpHandler {

    private static final String SCHEME = "Bearer ";

    private final HttpHandler handler;
    private final AccessReviewer reviewer;

    public AuthorizingHandler(HttpHandler handler, AccessReviewer reviewer) {
        this.handler = handler;
        this.reviewer = reviewer;
    }

    @Override
    public Response handle(Request request) {
        String authorization = request.authorization();
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Response.line(401, "a bearer token is required");
        }
        String token = authorization.substring(SCHEME.length()).trim();
        if (token.isEmpty()) {
            return Response.line(401, "a bearer token is required");
        }
        return switch (reviewer.review(token, request.path())) {
            case ALLOWED -> handler.handle(request);
            case UNAUTHENTICATED -> Response.line(401, "the token is not valid");
            case FORBIDDEN -> Response.line(403, "not allowed to get " + request.path());
            case UNAVAILABLE -> Response.line(503, "cannot review the token with the API server, see the log");
        };
    }
}
