package io.projectsveltos.clusterinventory.credential.exec;

import io.projectsveltos.clusterinventory.settings.ConfigurationFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The file with the access providers that are exec plugins ({@code --clusterprofile-provider-file}), in JSON or YAML.
 *
 * @param providers in order of preference
 */
public record ProviderFile(List<ExecProvider> providers) {

    static final Set<String> API_VERSIONS =
            Set.of("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1");

    private static final Set<String> INTERACTIVE_MODES = Set.of("Never", "IfAvailable");

    public ProviderFile {
        providers = providers == null ? List.of() : List.copyOf(providers);
    }

    /**
     * @param file the path; empty for no providers
     * @return the providers, with relative paths of commands resolved against the file's folder
     * @throws IllegalArgumentException with one line that says what is wrong and where
     */
    public static ProviderFile read(String file) {
        if (file.isEmpty()) {
            return new ProviderFile(List.of());
        }
        Path path = Path.of(file).toAbsolutePath();
        ConfigurationFile source = new ConfigurationFile("provider file", path);
        ProviderFile read = source.read(ProviderFile.class);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < read.providers().size(); i++) {
            check(read.providers().get(i), names, new Place(source, "providers[" + i + "]"));
        }
        return new ProviderFile(read.providers().stream()
                .map(provider -> resolved(provider, path.getParent()))
                .toList());
    }

    private record Place(ConfigurationFile file, String where) {
        IllegalArgumentException fault(String field, String what) {
            return file.fault(where + "." + field, what);
        }
    }

    private static void check(ExecProvider provider, Set<String> names, Place place) {
        if (provider.name() == null || provider.name().isBlank()) {
            throw place.fault("name", "is missing");
        }
        if (!names.add(provider.name())) {
            throw place.fault("name", "'" + provider.name() + "' is used twice");
        }
        ExecProvider.ExecConfig plugin = provider.execConfig();
        if (plugin == null) {
            throw place.fault("execConfig", "is missing");
        }
        if (plugin.command() == null || plugin.command().isBlank()) {
            throw place.fault("execConfig.command", "is missing");
        }
        if (!API_VERSIONS.contains(String.valueOf(plugin.apiVersion()))) {
            throw place.fault(
                    "execConfig.apiVersion", "is " + plugin.apiVersion() + ", expected one of " + API_VERSIONS);
        }
        if (plugin.interactiveMode() != null && !INTERACTIVE_MODES.contains(plugin.interactiveMode())) {
            throw place.fault(
                    "execConfig.interactiveMode",
                    "is " + plugin.interactiveMode() + ", expected Never or IfAvailable: there is no terminal");
        }
        if (plugin.command().indexOf('\0') >= 0 || plugin.args().stream().anyMatch(arg -> arg.indexOf('\0') >= 0)) {
            throw place.fault("execConfig.command", "or args contain a NUL");
        }
        if (!plugin.env().stream().allMatch(ProviderFile::isValid)) {
            throw place.fault("execConfig.env", "has an entry without a valid name or a valid value");
        }
        if (provider.profileSourcedEnvVars() != null) {
            provider.profileSourcedEnvVars().forEach(name -> checkProfileSourced(name, place));
        }
    }

    private static void checkProfileSourced(String name, Place place) {
        if (!PluginEnvironment.isName(name)) {
            throw place.fault("profileSourcedEnvVars", "has '" + name + "', which is not the name of a variable");
        }
        if (PluginEnvironment.isReserved(name)) {
            throw place.fault("profileSourcedEnvVars", "has " + name + ", which profiles may never set");
        }
    }

    private static boolean isValid(ExecProvider.EnvVar variable) {
        return variable.name() != null
                && PluginEnvironment.isName(variable.name())
                && variable.value() != null
                && variable.value().indexOf('\0') < 0;
    }

    private static ExecProvider resolved(ExecProvider provider, Path folder) {
        ExecProvider.ExecConfig plugin = provider.execConfig();
        if (!plugin.command().contains("/")) {
            return provider;
        }
        return provider.with(folder.resolve(plugin.command()).normalize().toString(), plugin.args(), plugin.env());
    }
}
