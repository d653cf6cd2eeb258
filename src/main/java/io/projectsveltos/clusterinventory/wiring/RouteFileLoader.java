package io.projectsveltos.clusterinventory.wiring;

import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;

/** Camel's class reads each file twice, first for beans, which custom route files may have but the packaged ones do not. */
final class RouteFileLoader extends YamlRoutesBuilderLoader {

    /** The name that Camel looks for. */
    static final String NAME = "routes-builder-loader-yaml";

    @Override
    public void preParseRoute(Resource resource) throws Exception {
        if (!"classpath".equals(resource.getScheme())) {
            super.preParseRoute(resource);
        }
    }
}
