package io.projectsveltos.clusterinventory.clusterprofile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** The status of a profile's condition {@code ControlPlaneHealthy} (KEP-4322). */
public enum ControlPlaneHealth {
    /** {@code True}. */
    HEALTHY,
    /** {@code False}. */
    UNHEALTHY,
    /** {@code Unknown}, or no such condition, which the API conventions treat alike. */
    UNKNOWN;

    /** The type of the condition. */
    public static final String CONDITION = "ControlPlaneHealthy";

    /** The condition's status as the API spells it. */
    public String status() {
        return this == HEALTHY ? "True" : this == UNHEALTHY ? "False" : "Unknown";
    }

    /** Reads a list of conditions, whose other conditions are skipped. */
    static ControlPlaneHealth read(JsonParser conditions) throws IOException {
        ControlPlaneHealth found = UNKNOWN;
        if (!conditions.isExpectedStartArrayToken()) {
            conditions.skipChildren();
            return found;
        }
        while (conditions.nextToken() != JsonToken.END_ARRAY) {
            String type = null;
            String status = null;
            boolean isCondition = conditions.isExpectedStartObjectToken();
            while (isCondition && conditions.nextToken() != JsonToken.END_OBJECT) {
                String field = conditions.currentName();
                conditions.nextToken();
                type = field.equals("type") ? conditions.getValueAsString() : type;
                status = field.equals("status") ? conditions.getValueAsString() : status;
                conditions.skipChildren();
            }
            // an item that is a list; at the end of an object this does nothing
            conditions.skipChildren();
            found = CONDITION.equals(type) ? of(status) : found;
        }
        return found;
    }

    private static ControlPlaneHealth of(String status) {
        return "True".equals(status) ? HEALTHY : "False".equals(status) ? UNHEALTHY : UNKNOWN;
    }
}
