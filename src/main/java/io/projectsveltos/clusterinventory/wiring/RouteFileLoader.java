package io.projectsveltos.clusterinventory.wiring;

import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;

/** Camel's loader parses each file twice, the first time for beans: files of {@code --routes} may define some, ours do not. */
final class RouteFileLoader extends YamlRoutesBuilderLoader {

    /** Where Camel looks for it. */
    static final String NAME = "routes-builder-loader-yaml";

    @Override
    public void preParseRoute(Resource resource) throws Exception {
        if (!"classpath".equals(resource.getScheme())) {
            super.preParseRoute(resource);
        }
    }
}
