package io.projectsveltos.clusterinventory.routefile;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Something that is wrong.
 *
 * @param file where, or null for a setting
 * @param line the line in it, or null if it is not known
 * @param message what is wrong, and what to do; one line
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(Severity severity, String file, Integer line, String message) {

    /** How bad a finding is. */
    public enum Severity {
        /** The controller does not start. */
        Error,
        /** It starts, but this is probably not meant, or depends on the machine. */
        Warning
    }

    static Finding error(String file, Integer line, String message) {
        return new Finding(Severity.Error, file, line, message);
    }

    /** The file with the line, for people. */
    public String place() {
        return file == null ? "settings" : line == null ? file : file + ":" + line;
    }
}
