package io.projectsveltos.clusterinventory.testing;

import io.projectsveltos.clusterinventory.http.HttpService;
import io.projectsveltos.clusterinventory.wiring.ControllerConfiguration;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;

/** The controller, started in this process as its command line would start it. */
public final class RunningController implements AutoCloseable {

    private final Main main = new Main();

    private RunningController(Path kubeconfig, Map<String, String> settings) {
        // no shutdown hook: close() ends it
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.configure().addConfiguration(new ControllerConfiguration());
        main.addOverrideProperty("kubeconfig", kubeconfig.toString());
        // so that a test sees the effect of a watch, unless it sets a shorter period
        main.addOverrideProperty("sync-period", "10h");
        // several run on one machine
        main.addOverrideProperty("health-addr", "0");
        main.addOverrideProperty("diagnostics-address", "0");
        settings.forEach(main::addOverrideProperty);
        main.start();
    }

    /**
     * Starts a controller; it need not reach the API server yet.
     *
     * @param kubeconfig of the management cluster
     * @param settings in place of those in application.properties; the sync period is 10 hours by default
     */
    public static RunningController start(Path kubeconfig, Map<String, String> settings) {
        return new RunningController(kubeconfig, settings);
    }

    public CamelContext context() {
        return main.getCamelContext();
    }

    /** The address of the one port that the settings enable. */
    public InetSocketAddress listening() {
        return context().hasService(HttpService.class).address();
    }

    @Override
    public void close() {
        main.stop();
    }
}
