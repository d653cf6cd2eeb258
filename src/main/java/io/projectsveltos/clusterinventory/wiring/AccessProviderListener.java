package io.projectsveltos.clusterinventory.wiring;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.credential.route.CustomProviderRoutes;
import io.projectsveltos.clusterinventory.credential.route.RouteInput;
import io.projectsveltos.clusterinventory.routefile.CustomFiles;
import io.projectsveltos.clusterinventory.routefile.RouteModelCheck;
import io.projectsveltos.clusterinventory.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.RouteDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the custom routes before any is built, and logs the access providers once they run. */
public final class AccessProviderListener extends MainListenerSupport {

    private static final Logger LOG = LoggerFactory.getLogger(AccessProviderListener.class);

    @Override
    public void afterConfigure(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        CustomFiles custom = custom(new Settings(context));
        if (!custom.paths().isEmpty()) {
            RouteModelCheck.check(context, custom, selector(context).beforeRoutes());
        }
    }

    @Override
    public void afterStart(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        Settings settings = new Settings(context);
        CustomFiles custom = custom(settings);
        Map<String, String> files = new HashMap<>();
        for (RouteDefinition route : RouteModelCheck.routes(context)) {
            CustomProviderRoutes.providerOf(RouteInput.of(route, context))
                    .ifPresent(name -> files.put(name, custom.pathOf(route.getResource())));
        }
        String providers = selector(context).configured().entrySet().stream()
                .map(provider -> provider.getKey() + " ("
                        + provider.getValue().label()
                        + file(provider.getValue(), files.get(provider.getKey()), settings) + ")")
                .collect(Collectors.joining(", "));
        LOG.info("Access providers in their order: {}", providers);
    }

    private static String file(Kind kind, String routeFile, Settings settings) {
        return switch (kind) {
            case WORKLOAD_IDENTITY -> " in " + settings.text("registration-file");
            case EXEC_PLUGIN -> " in " + settings.text("clusterprofile-provider-file");
            case CUSTOM_ROUTE -> " in " + routeFile;
            case SECRET_READER, TOKEN_SECRET -> "";
        };
    }

    private static CustomFiles custom(Settings settings) {
        return CustomFiles.of(settings.text("routes"));
    }

    private static AccessProviderSelector selector(CamelContext context) {
        return context.getRegistry().findSingleByType(AccessProviderSelector.class);
    }
}
