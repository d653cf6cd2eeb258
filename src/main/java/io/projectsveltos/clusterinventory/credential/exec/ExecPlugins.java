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

/** Builds the invocations of the provider file's plugins. Nothing is shared or kept between two invocations. */
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
     * @param ownEnvironment the environment that plugins inherit
     */
    public ExecPlugins(ProviderFile file, Map<String, String> ownEnvironment) {
        this.providers = file.providers().stream()
                .collect(Collectors.toMap(ExecProvider::name, p -> p, (a, b) -> a, LinkedHashMap::new));
        this.ownEnvironment = Map.copyOf(ownEnvironment);
        providers.values().stream()
                .filter(ExecProvider::acceptsUnlistedVariables)
                .forEach(provider -> LOG.warn(
                        "The access provider {} in the provider file lets profiles set environment variables without"
                                + " listing which. List their names in profileSourcedEnvVars; until then only variables"
                                + " known to be dangerous are refused.",
                        provider.name()));
    }

    /** The names of the access providers, in order of preference. */
    public List<String> names() {
        return List.copyOf(providers.keySet());
    }

    /** The apiVersion of ExecCredential that the provider's plugin is configured to use. */
    public String apiVersion(@Variable("accessProvider") AccessProvider entry) {
        return providers.get(entry.name()).execConfig().apiVersion();
    }

    /**
     * All inputs of an invocation as canonical JSON: the provider file's part and the profile's. A hash of it is an
     * annotation on the managed Secret, which tenants can read, and they know everything in it except the values of the
     * provider file's args and env. Therefore those values contribute only 12 bits of a digest over all of them, too few to
     * guess a secret: one in 4096 wrong guesses looks right. The price is that one in 4096 changes of a value goes unnoticed
     * until the next refresh. The profile's key is not included: a credential is only compared with others of the same
     * profile.
     */
    public String canonicalInput(AccessProvider entry) {
        ExecProvider provider = providers.get(entry.name());
        return json(
                provider == null
                        ? List.of("", entry)
                        : List.of(withoutValues(provider), shortDigest(provider.execConfig()), entry));
    }

    /**
     * @throws ReconcileFailure when the profile asks for arguments or variables that it may not set
     */
    public PluginInvocation invocation(
            @Variable("accessProvider") AccessProvider entry, @Variable("key") ObjectKey profile) {
        ExecProvider provider = providers.get(entry.name());
        ExecConfig plugin = provider.execConfig();
        Map<String, String> environment = environment(provider, entry, profile);
        List<String> args = new ArrayList<>();
        // not in the profile's arguments: it could expose any variable of this process to the whole node
        plugin.args().forEach(arg -> args.add(PluginEnvironment.expand(arg, environment)));
        if (provider.profileSourcedCLIArgsPolicy() == ArgsPolicy.Append) {
            args.addAll(extensions.args(entry, profile));
        }
        return new PluginInvocation(entry.name(), plugin.command(), args, environment, plugin.installHint());
    }

    private Map<String, String> environment(ExecProvider provider, AccessProvider entry, ObjectKey profile) {
        Map<String, String> profileVariables = Map.of(
                PluginEnvironment.PROFILE_NAMESPACE,
                profile.namespace(),
                PluginEnvironment.PROFILE_NAME,
                profile.name());
        Map<String, String> environment = new HashMap<>(ownEnvironment);
        environment.putAll(profileVariables);
        Set<String> configured = new HashSet<>();
        for (EnvVar variable : provider.execConfig().env()) {
            configured.add(variable.name());
            environment.put(variable.name(), PluginEnvironment.expand(variable.value(), environment));
            // an entry must not replace them, not even for the entries after it
            environment.putAll(profileVariables);
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

    /** The provider without values that may be secret: only the number of arguments and the names of variables remain. */
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
