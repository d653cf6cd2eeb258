package io.projectsveltos.clusterinventory.routefile;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.spi.Resource;

/**
 * The files of {@code --routes}. Their locations distinguish them from packaged ones, which are in a jar, or in a folder
 * before they are packaged.
 *
 * @param paths as in the setting
 */
public record CustomFiles(Set<String> paths) {

    private static final String SCHEME = "file:";

    /**
     * Reads the setting.
     *
     * @param routes paths of files, separated by commas, possibly empty
     */
    public static CustomFiles of(String routes) {
        return new CustomFiles(
                Stream.of(routes.split(",")).filter(path -> !path.isEmpty()).collect(Collectors.toSet()));
    }

    /**
     * The path of a custom file.
     *
     * @param resource where routes were read from, or null
     * @return the path as in the setting, or null if it is not one of these files
     */
    public String pathOf(Resource resource) {
        String location = resource == null ? "" : resource.getLocation();
        String path = location.startsWith(SCHEME) ? location.substring(SCHEME.length()) : location;
        return paths.contains(path) ? path : null;
    }
}
