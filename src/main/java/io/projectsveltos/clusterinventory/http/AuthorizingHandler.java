package io.projectsveltos.clusterinventory.http;

/** A page for those callers only that the API server lets {@code get} its path. */
public final class AuthorizingHandler implements HttpHandler {

    private static final String SCHEME = "Bearer ";

    private final HttpHandler page;
    private final AccessReviewer review;

    /**
     * Protects a page.
     *
     * @param page the page
     * @param review asks the API server about callers
     */
    public AuthorizingHandler(HttpHandler page, AccessReviewer review) {
        this.page = page;
        this.review = review;
    }

    @Override
    public Answer get(Request request) {
        String authorization = request.authorization();
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Answer.line(401, "a bearer token is needed");
        }
        String token = authorization.substring(SCHEME.length()).trim();
        if (token.isEmpty()) {
            return Answer.line(401, "a bearer token is needed");
        }
        return switch (review.of(token, request.path())) {
            case ALLOWED -> page.get(request);
            case UNKNOWN -> Answer.line(401, "the token is not valid");
            case DENIED -> Answer.line(403, "not allowed to get " + request.path());
            case UNREACHABLE -> Answer.line(503, "the API server cannot be asked about the caller, see the log");
        };
    }
}
