package io.projectsveltos.clusterinventory.credential.exec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.component.kubernetes.ObjectKey;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.ArgsPolicy;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.EnvPolicy;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.EnvVar;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.ExecConfig;
import io.projectsveltos.clusterinventory.failure.ReconcileFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the calls of the provider file's plugins. Nothing is shared or kept between two calls. */
public final class ExecPlugins {

    private static final List<String> CLUSTER_INFO = List.of(
            "server",
            "tls-server-name",
            "insecure-skip-tls-verify",
            "certificate-authority-data",
            "proxy-url",
            "disable-compression");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final Logger LOG = LoggerFactory.getLogger(ExecPlugins.class);
    private static final int DIGEST_BITS = 12;

    private final ProfileExtensions extensions = new ProfileExtensions();
    private final Map<String, ExecProvider> providers;
    private final Map<String, String> ownEnvironment;

    /**
     * Makes the calls of these providers.
     *
     * @param file the providers
     * @param ownEnvironment the environment that plugins inherit
     */
    public ExecPlugins(ProviderFile file, Map<String, String> ownEnvironment) {
        this.providers = file.providers().stream()
                .collect(Collectors.toMap(ExecProvider::name, p -> p, (a, b) -> a, LinkedHashMap::new));
        this.ownEnvironment = Map.copyOf(ownEnvironment);
        providers.values().stream()
                .filter(ExecProvider::acceptsUnlistedVariables)
                .forEach(provider -> LOG.warn(
                        "The access provider {} of the provider file lets profiles set environment variables but does not"
                                + " list which: add profileSourcedEnvVars with their names; until then those known to be"
                                + " dangerous are refused",
                        provider.name()));
    }

    /**
     * The names of the providers.
     *
     * @return the names, the preferred one first
     */
    public List<String> names() {
        return List.copyOf(providers.keySet());
    }

    /**
     * The ExecCredential version that the provider's plugin speaks.
     *
     * @param entry the profile's entry
     * @return the apiVersion
     */
    public String apiVersion(@Variable("accessProvider") AccessProvider entry) {
        return providers.get(entry.name()).execConfig().apiVersion();
    }

    /**
     * What goes into a call, as one text: the provider file's part and the profile's. A hash of it is on the managed
     * Secret, where tenants read it, and they know all of the text but the values of the provider file's args and env. So
     * of these values it has 12 bits of a digest over all of them, too few to guess a secret by: of 4096 guesses that are
     * wrong, one looks right. The price is that one change of a value in 4096 goes unnoticed until the next refresh. The
     * profile's key is not in it: a credential is kept for each profile, and compared with what that one has.
     *
     * @param entry the profile's entry
     * @return canonical JSON
     */
    public String input(AccessProvider entry) {
        ExecProvider provider = providers.get(entry.name());
        return json(
                provider == null
                        ? List.of("", entry)
                        : List.of(withoutValues(provider), shortDigest(provider.execConfig()), entry));
    }

    /**
     * How the plugin is run for a profile.
     *
     * @param entry the profile's entry
     * @param profile the profile's key
     * @return command, arguments and environment
     * @throws ReconcileFailure when the profile sets a variable or argument that is not allowed
     */
    public PluginInvocation invocation(
            @Variable("accessProvider") AccessProvider entry, @Variable("key") ObjectKey profile) {
        ExecProvider provider = providers.get(entry.name());
        ExecConfig plugin = provider.execConfig();
        Map<String, String> environment = environment(provider, entry, profile);
        List<String> args = new ArrayList<>();
        // not in the profile's arguments: it could have any variable of this process shown to the whole node
        plugin.args().forEach(arg -> args.add(PluginEnvironment.expand(arg, environment)));
        if (provider.profileSourcedCLIArgsPolicy() == ArgsPolicy.Append) {
            args.addAll(extensions.args(entry, profile));
        }
        return new PluginInvocation(entry.name(), plugin.command(), args, environment, plugin.installHint());
    }

    private Map<String, String> environment(ExecProvider provider, AccessProvider entry, ObjectKey profile) {
        Map<String, String> ofProfile = Map.of(
                PluginEnvironment.PROFILE_NAMESPACE,
                profile.namespace(),
                PluginEnvironment.PROFILE_NAME,
                profile.name());
        Map<String, String> environment = new HashMap<>(ownEnvironment);
        environment.putAll(ofProfile);
        Set<String> configured = new HashSet<>();
        for (EnvVar variable : provider.execConfig().env()) {
            configured.add(variable.name());
            environment.put(variable.name(), PluginEnvironment.expand(variable.value(), environment));
            // also for the entries that follow
            environment.putAll(ofProfile);
        }
        EnvPolicy policy = provider.profileSourcedEnvVarsPolicy();
        if (policy != EnvPolicy.Ignore) {
            extensions.variables(entry, profile, provider).forEach((name, value) -> {
                if (policy == EnvPolicy.Replace || !configured.contains(name)) {
                    environment.put(name, value);
                }
            });
        }
        environment.put(PluginEnvironment.EXEC_INFO, execInfo(provider.execConfig(), entry));
        return environment;
    }

    private static String execInfo(ExecConfig plugin, AccessProvider entry) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("interactive", false);
        if (plugin.provideClusterInfo()) {
            Map<String, Object> cluster = new LinkedHashMap<>();
            CLUSTER_INFO.stream()
                    .filter(field -> entry.cluster().get(field) != null)
                    .forEach(field -> cluster.put(field, entry.cluster().get(field)));
            entry.extension(AccessProvider.EXEC_EXTENSION).ifPresent(config -> cluster.put("config", config));
            spec.put("cluster", cluster);
        }
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("apiVersion", plugin.apiVersion());
        info.put("kind", "ExecCredential");
        info.put("spec", spec);
        return json(info);
    }

    /** The provider without what may be secret in it: of arguments and variables only how many, and which. */
    private static ExecProvider withoutValues(ExecProvider provider) {
        ExecConfig plugin = provider.execConfig();
        return provider.with(
                plugin.command(),
                Collections.nCopies(plugin.args().size(), ""),
                plugin.env().stream()
                        .map(variable -> new EnvVar(variable.name(), ""))
                        .toList());
    }

    private static String shortDigest(ExecConfig plugin) {
        byte[] values = json(List.of(plugin.args(), plugin.env())).getBytes(StandardCharsets.UTF_8);
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(values))
                    .substring(0, DIGEST_BITS / 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records and maps can always be written", e);
        }
    }
}
