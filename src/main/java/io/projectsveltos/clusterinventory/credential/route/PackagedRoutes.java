package io.projectsveltos.clusterinventory.credential.route;

import java.net.URL;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.spi.Resource;

/** The route files of this controller itself. */
public final class PackagedRoutes {

    private static final String FOLDER = "/routes/";
    private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

    private PackagedRoutes() {}

    /**
     * Whether routes were read from a packaged file. Camel gives it a location like that of any other file, in a folder or in
     * a jar, and one in a jar the URI of its folder.
     *
     * @param file where they were read from
     */
    public static boolean has(Resource file) {
        return KNOWN.computeIfAbsent(file.getLocation(), location -> {
            URL packaged = PackagedRoutes.class.getResource(FOLDER + StepPlace.fileName(location));
            return "classpath".equals(file.getScheme())
                    || packaged != null && packaged.toString().endsWith(location);
        });
    }
}
