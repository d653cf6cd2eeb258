package io.projectsveltos.clusterinventory.wiring;

import io.projectsveltos.clusterinventory.routefile.CustomFiles;
import io.projectsveltos.clusterinventory.routefile.Finding;
import io.projectsveltos.clusterinventory.routefile.InvalidRouteFileException;
import io.projectsveltos.clusterinventory.routefile.RouteFileCheck;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;

/**
 * Checks custom route files, and reads packaged ones once: Camel's class reads each file twice, first for beans, which only
 * custom ones may have.
 */
final class RouteFileLoader extends YamlRoutesBuilderLoader {

    /** The name that Camel looks for. */
    static final String NAME = "routes-builder-loader-yaml";

    private final CustomFiles files;
    private RouteFileCheck check;

    RouteFileLoader(CustomFiles files) {
        this.files = files;
    }

    @Override
    public void preParseRoute(Resource resource) throws Exception {
        String path = files.pathOf(resource);
        if (path != null) {
            check(Path.of(path));
            super.preParseRoute(resource);
        }
    }

    @Override
    public RoutesBuilder loadRoutesBuilder(Resource resource) throws Exception {
        // all files are checked by now, and its schema is large
        check = null;
        return super.loadRoutesBuilder(resource);
    }

    private void check(Path file) throws Exception {
        if (check == null) {
            check = new RouteFileCheck();
        }
        List<Finding> findings = check.check(file);
        if (!findings.isEmpty()) {
            throw new InvalidRouteFileException(findings);
        }
    }
}
