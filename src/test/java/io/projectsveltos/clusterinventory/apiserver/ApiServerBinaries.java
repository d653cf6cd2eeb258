package io.projectsveltos.clusterinventory.apiserver;

import io.fabric8.kubeapitest.KubeAPIServerConfig;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.KubeAPITestException;
import io.fabric8.kubeapitest.Utils;
import io.fabric8.kubeapitest.binary.BinaryManager;
import io.fabric8.kubeapitest.binary.OSInfo;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** Finds etcd and kube-apiserver where kube-api-test keeps them. */
final class ApiServerBinaries {

    static final String VERSION = "1.36.3";

    private ApiServerBinaries() {}

    /**
     * Without binaries the calling test is skipped.
     *
     * @param mode "required" fails the test instead; anything else, an unresolved placeholder too, is the default
     */
    static BinaryManager find(Path kubeApiTestDir, String mode) {
        // what is not set here is read from environment variables, and anything but a String ends in a
        // ClassCastException there
        KubeAPIServerConfig config = KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(kubeApiTestDir == null ? null : kubeApiTestDir.toString())
                .withApiServerVersion(VERSION)
                .withOfflineMode(true)
                .withWaitForEtcdHealthCheckOnStartup(true)
                .withStartupTimeout(60_000)
                .build();
        BinaryManager binaries = new BinaryManager(config);
        try {
            binaries.initAndDownloadIfRequired();
            return binaries;
        } catch (KubeAPITestException e) {
            Path place = Path.of(
                    config.getKubeAPITestDir(),
                    BinaryManager.BINARY_LIST_DIR,
                    VERSION + Utils.platformSuffix(new OSInfo()));
            String message = "No kube-apiserver to test against: put etcd, kube-apiserver and kubectl " + VERSION
                    + " into " + place + ", as .ci/apiserver does (" + e.getMessage() + ")";
            if ("required".equals(mode)) {
                throw new IllegalStateException(message, e);
            }
            throw new TestAbortedException(message, e);
        }
    }
}
