package io.projectsveltos.clusterinventory.credential;

import io.projectsveltos.clusterinventory.clusterprofile.ClusterProfile;

/**
 * A request to renew the credential of a profile now: a new value of an annotation on the profile. The value becomes part of
 * the credential's fingerprint, so it leads to one new credential, also across restarts, and does not wait for a backoff.
 */
public final class Renewal {

    /** The annotation on the profile; any value that it does not have yet is a request. */
    public static final String ANNOTATION = "clusterinventory.projectsveltos.io/renew";

    private static final String SEPARATOR = ".";

    /** Enough to distinguish two values: this is not a secret, and the annotation may be long. */
    private static final int DIGEST_LENGTH = 16;

    private Renewal() {}

    /**
     * What a profile requests.
     *
     * @param profile the profile
     * @return the value of its annotation, or null
     */
    public static String of(ClusterProfile profile) {
        return profile.getAnnotations().get(ANNOTATION);
    }

    /**
     * Adds a request to a fingerprint.
     *
     * @param fingerprint what a credential is made from; null if that is not known
     * @param request a value of the annotation, or null
     * @return the fingerprint of a credential that is fetched after the request; the same without a request
     */
    public static String mark(String fingerprint, String request) {
        return fingerprint == null || request == null
                ? fingerprint
                : fingerprint + SEPARATOR + Credential.fingerprintOf(request).substring(0, DIGEST_LENGTH);
    }

    /**
     * Whether a credential is as new as required. If the annotation was removed after a renewal, nothing is renewed.
     *
     * @param present the fingerprint of the credential, or null
     * @param required the fingerprint that it should have
     * @return true if both are made from the same, and there was no other request since
     */
    public static boolean isCovered(String present, String required) {
        return present != null && (present.equals(required) || present.startsWith(required + SEPARATOR));
    }
}
