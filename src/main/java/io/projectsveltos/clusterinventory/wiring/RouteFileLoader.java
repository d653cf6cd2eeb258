package io.projectsveltos.clusterinventory.wiring;

import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;

/** Camel's reads each file twice, the first time for beans in it, which may be in dropped-in files but not in ours. */
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
