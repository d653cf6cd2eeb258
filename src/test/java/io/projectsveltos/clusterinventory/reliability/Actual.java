package io.projectsveltos.clusterinventory.reliability;

import static io.projectsveltos.clusterinventory.testing.ClusterFixtures.decoded;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The objects of one profile as the API server has them; null for each that does not exist. */
record Actual(GenericKubernetesResource profile, GenericKubernetesResource cluster, Secret secret) {

    /** In the tokens of the plugin. */
    private static final Pattern EXPIRY = Pattern.compile("token-of-.*-until-([0-9TZ:-]*)");

    static boolean isTerminating(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    static String uid(HasMetadata object) {
        return object.getMetadata().getUid();
    }

    static String version(HasMetadata object) {
        return object.getMetadata().getUid() + "/" + object.getMetadata().getResourceVersion();
    }

    /** The entry that the kubeconfig in the managed Secret was made from; {@link Expected#NONE} without a Secret. */
    String credential() {
        if (secret == null) {
            return Expected.NONE;
        }
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        String value = new String(decoded(data.getOrDefault("kubeconfig", "")), StandardCharsets.UTF_8);
        return value.isEmpty() || value.equals(Expected.TAMPERED) ? Expected.TAMPERED : entryOf(value);
    }

    /** Whether the token in the managed Secret has expired. */
    boolean isExpired() {
        if (secret == null || credential().equals(Expected.TAMPERED)) {
            return false;
        }
        String value = new String(decoded(secret.getData().get("kubeconfig")), StandardCharsets.UTF_8);
        Matcher expiry = EXPIRY.matcher(value);
        return expiry.find() && Instant.parse(expiry.group(1)).isBefore(Instant.now());
    }

    private static String entryOf(String kubeconfig) {
        Config config = Serialization.unmarshal(kubeconfig, Config.class);
        String server = config.getClusters().get(0).getCluster().getServer();
        String token = config.getUsers().get(0).getUser().getToken();
        return server.equals("https://" + token.replaceFirst("^token-of-(.*?)(-until-.*)?$", "$1"))
                ? server.substring("https://".length())
                : server + " with another token";
    }
}
