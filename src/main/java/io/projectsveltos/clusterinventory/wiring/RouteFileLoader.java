package io.projectsveltos.clusterinventory.wiring;

import io.projectsveltos.clusterinventory.routefile.Finding;
import io.projectsveltos.clusterinventory.routefile.InvalidRouteFileException;
import io.projectsveltos.clusterinventory.routefile.RouteFileCheck;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;

/**
 * Checks custom route files, and reads packaged ones once: Camel's class reads each file twice, first for beans, which only
 * custom ones may have.
 */
final class RouteFileLoader extends YamlRoutesBuilderLoader {

    /** The name that Camel looks for. */
    static final String NAME = "routes-builder-loader-yaml";

    private RouteFileCheck check;

    @Override
    public void preParseRoute(Resource resource) throws Exception {
        if (!"classpath".equals(resource.getScheme())) {
            check(resource);
            super.preParseRoute(resource);
        }
    }

    private void check(Resource resource) throws Exception {
        if (check == null) {
            check = new RouteFileCheck();
        }
        List<Finding> findings = check.check(Path.of(resource.getURI()));
        if (!findings.isEmpty()) {
            throw new InvalidRouteFileException(findings);
        }
    }
}
