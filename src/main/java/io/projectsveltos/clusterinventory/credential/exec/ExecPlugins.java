package io.projectsveltos.clusterinventory.credential.exec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.projectsveltos.clusterinventory.clusterprofile.AccessProvider;
import io.projectsveltos.clusterinventory.clusterprofile.Reason;
import io.projectsveltos.clusterinventory.clusterprofile.TerminalException;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.ArgsPolicy;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.EnvPolicy;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider.ExecConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.ExchangeProperty;

/** Makes the calls of the provider file's plugins. Every call is made anew: nothing is shared or kept between two. */
public final class ExecPlugins {

    /** KEP-5339: arguments that a profile asks for. */
    static final String ADDITIONAL_ARGS = "clusterprofiles.multicluster.x-k8s.io/exec/additional-args";

    /** KEP-5339: environment variables that a profile asks for. */
    static final String ADDITIONAL_ENVS = "clusterprofiles.multicluster.x-k8s.io/exec/additional-envs";

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
     * Whether an access provider is one of the provider file.
     *
     * @param entry the profile's entry, or null when it offers none
     * @return true if so
     */
    public boolean isExec(@ExchangeProperty("accessProvider") AccessProvider entry) {
        return entry != null && providers.containsKey(entry.name());
    }

    /**
     * The ExecCredential version that the provider's plugin speaks.
     *
     * @param entry the profile's entry
     * @return the apiVersion
     */
    public String apiVersion(@ExchangeProperty("accessProvider") AccessProvider entry) {
        return providers.get(entry.name()).execConfig().apiVersion();
    }

    /**
     * What goes into a call, as one text: the provider file's part and the profile's.
     *
     * @param entry the profile's entry
     * @return canonical JSON
     */
    public String input(AccessProvider entry) {
        return json(List.of(providers.containsKey(entry.name()) ? providers.get(entry.name()) : "", entry));
    }

    /**
     * The call for a profile.
     *
     * @param entry the profile's entry
     * @return the call
     * @throws TerminalException when the profile asks for what is not allowed
     */
    public PluginCall call(@ExchangeProperty("accessProvider") AccessProvider entry) {
        ExecProvider provider = providers.get(entry.name());
        ExecConfig plugin = provider.execConfig();
        Map<String, String> environment = environment(provider, entry);
        environment.put(PluginEnvironment.EXEC_INFO, execInfo(plugin, entry));
        List<String> args = new ArrayList<>();
        // not in the profile's arguments: it could have any variable of this process shown to the whole node
        plugin.args().forEach(arg -> args.add(PluginEnvironment.expand(arg, environment)));
        if (provider.profileSourcedCLIArgsPolicy() == ArgsPolicy.Append) {
            args.addAll(additionalArgs(entry));
        }
        return new PluginCall(entry.name(), plugin.command(), args, environment, plugin.installHint());
    }

    private Map<String, String> environment(ExecProvider provider, AccessProvider entry) {
        Map<String, String> environment = new HashMap<>(ownEnvironment);
        Map<String, String> configured = new HashMap<>();
        provider.execConfig().env().forEach(variable -> configured.put(variable.name(), variable.value()));
        environment.putAll(configured);
        EnvPolicy policy = provider.profileSourcedEnvVarsPolicy();
        if (policy != EnvPolicy.Ignore) {
            additionalEnvs(entry).forEach((name, value) -> {
                if (policy == EnvPolicy.Replace || !configured.containsKey(name)) {
                    environment.put(name, value);
                }
            });
        }
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

    private static List<String> additionalArgs(AccessProvider entry) {
        Object payload = entry.extensionPayload(ADDITIONAL_ARGS).orElse(List.of());
        // the published CRD lets only objects through
        Object list = payload instanceof Map<?, ?> object ? object.get("args") : payload;
        if (!(list instanceof List<?> args) || !args.stream().allMatch(ExecPlugins::isText)) {
            throw refused(entry, ADDITIONAL_ARGS, "is no list of strings");
        }
        return args.stream().map(String.class::cast).toList();
    }

    private static Map<String, String> additionalEnvs(AccessProvider entry) {
        Object payload = entry.extensionPayload(ADDITIONAL_ENVS).orElse(Map.of());
        if (!(payload instanceof Map<?, ?> variables)
                || !variables.values().stream().allMatch(ExecPlugins::isText)) {
            throw refused(entry, ADDITIONAL_ENVS, "is no object of strings");
        }
        Map<String, String> checked = new HashMap<>();
        variables.forEach((name, value) -> {
            if (!PluginEnvironment.isAllowedFromProfile((String) name)) {
                throw refused(entry, ADDITIONAL_ENVS, "sets a variable that a profile may not set");
            }
            checked.put((String) name, (String) value);
        });
        return checked;
    }

    private static boolean isText(Object value) {
        return value instanceof String text && text.indexOf('\0') < 0;
    }

    private static TerminalException refused(AccessProvider entry, String extension, String what) {
        return new TerminalException(
                Reason.InvalidAccessProvider,
                "The extension " + extension + " of the access provider " + entry.name() + " " + what
                        + ": its cluster manager has to mend it");
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records and maps can always be written", e);
        }
    }
}
