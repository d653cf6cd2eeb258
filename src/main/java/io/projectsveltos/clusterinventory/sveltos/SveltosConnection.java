package io.projectsveltos.clusterinventory.sveltos;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.projectsveltos.clusterinventory.credential.exec.Redaction;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What Sveltos reports about its connection to a cluster, in the status of the SveltosCluster. Only a connection that is down
 * takes memory of its own.
 *
 * @param state the state
 * @param failure why it is down: one line without a credential, at most 512 characters; null in the other states
 * @param isRejected whether it is down because the cluster's API server has answered 401 or 403
 */
public record SveltosConnection(State state, String failure, boolean isRejected) {

    /** The states of a connection. */
    public enum State {
        /** Sveltos has connected. */
        READY,
        /** Sveltos has failed to connect several times in a row ({@code spec.consecutiveFailureThreshold}). */
        DOWN,
        /** Sveltos has not connected yet. */
        UNKNOWN
    }

    static final SveltosConnection READY = new SveltosConnection(State.READY, null, false);
    static final SveltosConnection UNKNOWN = new SveltosConnection(State.UNKNOWN, null, false);

    private static final int MAX_LENGTH = 512;

    /** Characters that are redacted; the rest is dropped before. */
    private static final int MAX_REDACTED_LENGTH = 4 * 1024;

    /** The codes, and client-go's messages for them (k8s.io/apimachinery, NewGenericServerResponse). */
    private static final Pattern REJECTED =
            Pattern.compile("(?i)\\b40[13]\\b|\\bunauthorized\\b|\\bforbidden\\b|client to provide credentials");

    /** The port of this end of a connection, which differs each time: each message would be another Event. */
    private static final Pattern LOCAL_PORT = Pattern.compile(":\\d{1,5}->");

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\s\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");

    private static SveltosConnection of(boolean ready, String connectionStatus, String failureMessage) {
        if ("Down".equals(connectionStatus)) {
            return down(failureMessage == null ? "no reason given" : bounded(failureMessage));
        }
        return ready ? READY : UNKNOWN;
    }

    private static SveltosConnection down(String message) {
        String redacted = Redaction.of(message, Map.of());
        String line = UNPRINTABLE
                .matcher(LOCAL_PORT.matcher(redacted).replaceAll("->"))
                .replaceAll(" ")
                .strip();
        return new SveltosConnection(
                State.DOWN,
                line.substring(0, Math.min(line.length(), MAX_LENGTH)),
                REJECTED.matcher(message).find());
    }

    /** Without the last word if it is cut off: redaction may not recognize the beginning of a token. */
    private static String bounded(String message) {
        int end = Math.min(message.length(), MAX_REDACTED_LENGTH);
        while (end > 0 && end < message.length() && !Character.isWhitespace(message.charAt(end))) {
            end--;
        }
        return message.substring(0, end);
    }

    /** Reads a status, whose other fields are skipped. */
    static final class Reader extends JsonDeserializer<SveltosConnection> {

        @Override
        public SveltosConnection deserialize(JsonParser status, DeserializationContext context) throws IOException {
            boolean ready = false;
            String connectionStatus = null;
            String failureMessage = null;
            boolean isObject = status.isExpectedStartObjectToken();
            while (isObject && status.nextToken() != JsonToken.END_OBJECT) {
                String field = status.currentName();
                JsonToken value = status.nextToken();
                switch (field) {
                    case "ready" -> ready = value == JsonToken.VALUE_TRUE;
                    case "connectionStatus" -> connectionStatus = status.getValueAsString();
                    case "failureMessage" -> failureMessage = status.getValueAsString();
                    default -> status.skipChildren();
                }
                // a field that is expected to be a scalar; at the end of a list or an object this does nothing
                status.skipChildren();
            }
            status.skipChildren();
            return of(ready, connectionStatus, failureMessage);
        }

        @Override
        public SveltosConnection getNullValue(DeserializationContext context) {
            return UNKNOWN;
        }
    }
}
