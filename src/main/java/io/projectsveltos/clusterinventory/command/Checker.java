package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.clusterprofile.AccessProviderSelector;
import io.projectsveltos.clusterinventory.clusterprofile.SelectedProvider.Kind;
import io.projectsveltos.clusterinventory.command.CheckReport.Provider;
import io.projectsveltos.clusterinventory.credential.exec.ExecProvider;
import io.projectsveltos.clusterinventory.credential.exec.ProviderFile;
import io.projectsveltos.clusterinventory.registration.Registrations;
import io.projectsveltos.clusterinventory.routefile.Finding;
import io.projectsveltos.clusterinventory.routefile.Finding.Severity;
import io.projectsveltos.clusterinventory.settings.Settings;
import io.projectsveltos.clusterinventory.wiring.RouteOverrides;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks what a start of the controller would read from this machine, without connecting to anything. */
final class Checker {

    private static final Pattern FLAG = Pattern.compile("true|false");
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern DURATION = Pattern.compile("\\d+(ms|s|m|h)");

    /** A reference to another setting, with or without a default. */
    private static final Pattern REFERENCE = Pattern.compile("\\{\\{[^:}]*:?([^}]*)}}");

    /** What the provider file's own messages begin with. */
    private static final Pattern PROVIDER_FILE = Pattern.compile("(?s)provider file .+?(?:, line (\\d+))?: (.*)");

    private static final String PROVIDERS = "clusterprofile-provider-file";

    private final Map<String, String> given;
    private static final String REGISTRATIONS = "registration-file";

    private final Properties defaults;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Provider> providers = new ArrayList<>();

    /**
     * Prepares a check.
     *
     * @param given settings from flags and the environment
     * @param defaults those of {@code application.properties}
     * @param clock the clock
     */
    Checker(Map<String, String> given, Properties defaults, Clock clock) {
        this.given = given;
        this.defaults = defaults;
        this.clock = clock;
    }

    CheckReport check() throws Exception {
        checkBeans();
        // of each only what it needs, so that one fault does not hide another
        Map<String, String> forRoutes = new TreeMap<>(given);
        forRoutes.keySet().removeAll(defaults.stringPropertyNames());
        forRoutes.put("routes", given.getOrDefault("routes", ""));
        forRoutes.put(RouteOverrides.SETTING, given.getOrDefault(RouteOverrides.SETTING, ""));
        try (CommandContext context = CommandContext.withoutRoutes(forRoutes, clock)) {
            checkTypes(context.settings());
            List<String> taken = new ArrayList<>(checkRegistrationFile(given.getOrDefault(REGISTRATIONS, "")));
            taken.addAll(checkProviderFile(given.getOrDefault(PROVIDERS, "")));
            providers.addAll(new RouteChecker(context, forRoutes, taken, clock, findings).check());
        }
        checkOverrides(forRoutes);
        return new CheckReport(List.copyOf(findings), List.copyOf(providers), changed());
    }

    /** With all files together, of which each is checked alone before. */
    private void checkOverrides(Map<String, String> forRoutes) throws Exception {
        boolean isFine = findings.stream().noneMatch(finding -> finding.severity() == Severity.Error);
        if (isFine && !forRoutes.get(RouteOverrides.SETTING).isBlank()) {
            try (CommandContext context = CommandContext.create(forRoutes, clock)) {
                context.bean(RouteOverrides.class)
                        .faults(context.camel())
                        .forEach(fault -> findings.add(new Finding(Severity.Error, null, null, fault)));
            }
        }
    }

    /** The controller's own checks at its start, which end at the first fault. */
    private void checkBeans() throws Exception {
        Map<String, String> withoutFiles = new TreeMap<>(given);
        withoutFiles.put(PROVIDERS, "");
        withoutFiles.put(REGISTRATIONS, "");
        try {
            CommandContext.withoutRoutes(withoutFiles, clock).close();
        } catch (IllegalArgumentException e) {
            findings.add(new Finding(Severity.Error, null, null, e.getMessage()));
        }
    }

    /** A setting has the type of its default. */
    private void checkTypes(Settings ofDefaults) {
        given.forEach((name, value) -> {
            String type = type(defaults.getProperty(name, ""));
            if (type != null && isFresh(name) && !isOf(type, value)) {
                findings.add(new Finding(
                        Severity.Error,
                        null,
                        null,
                        name + " is " + value + ", expected " + type + " such as " + ofDefaults.text(name)));
            }
        });
    }

    private boolean isFresh(String setting) {
        return findings.stream().noneMatch(finding -> finding.message().startsWith(setting + " "));
    }

    private static String type(String value) {
        Matcher reference = REFERENCE.matcher(value);
        String text = reference.matches() ? reference.group(1) : value;
        return FLAG.matcher(text).matches()
                ? "true or false,"
                : NUMBER.matcher(text).matches()
                        ? "a number"
                        : DURATION.matcher(text).matches() ? "a duration" : null;
    }

    private static boolean isOf(String type, String value) {
        return switch (type) {
            case "a number" -> NUMBER.matcher(value).matches();
            // a flag's duration is in milliseconds here
            case "a duration" -> value.matches("(\\d+(ms|s|m|h|d)?)+");
            default -> FLAG.matcher(value).matches();
        };
    }

    /** The names that it registers. */
    private List<String> checkRegistrationFile(String file) {
        try {
            List<String> names = Registrations.read(file).names();
            names.forEach(name -> providers.add(new Provider(name, Kind.WORKLOAD_IDENTITY.label(), file)));
            return names;
        } catch (IllegalArgumentException e) {
            findings.add(new Finding(Severity.Error, null, null, e.getMessage()));
            return List.of();
        }
    }

    /** The names of its access providers. */
    private List<String> checkProviderFile(String file) {
        List<ExecProvider> plugins = read(file);
        List<String> names = plugins.stream().map(ExecProvider::name).toList();
        if (!names.contains(AccessProviderSelector.SECRET_READER)) {
            providers.add(new Provider(AccessProviderSelector.SECRET_READER, "built in", null));
        }
        names.forEach(name -> providers.add(new Provider(name, "exec plugin", file)));
        plugins.forEach(plugin -> warn(plugin, file));
        return Stream.concat(Stream.of(AccessProviderSelector.SECRET_READER), names.stream())
                .toList();
    }

    private List<ExecProvider> read(String file) {
        try {
            return ProviderFile.read(file).providers();
        } catch (IllegalArgumentException e) {
            Matcher parts = PROVIDER_FILE.matcher(e.getMessage());
            boolean hasPlace = parts.matches();
            findings.add(new Finding(
                    Severity.Error,
                    file,
                    hasPlace && parts.group(1) != null ? Integer.valueOf(parts.group(1)) : null,
                    hasPlace ? parts.group(2) : e.getMessage()));
            return List.of();
        }
    }

    private void warn(ExecProvider plugin, String file) {
        if (plugin.acceptsUnlistedVariables()) {
            findings.add(new Finding(
                    Severity.Warning,
                    file,
                    null,
                    plugin.name()
                            + " lets profiles set environment variables without listing which: list their names in"
                            + " profileSourcedEnvVars"));
        }
        String command = plugin.execConfig().command();
        if (!isProgram(command)) {
            findings.add(new Finding(
                    Severity.Warning,
                    file,
                    null,
                    plugin.name() + " runs " + command + ", which is not a program on this machine"));
        }
    }

    private static boolean isProgram(String command) {
        Stream<String> places = command.contains("/")
                ? Stream.of(command)
                : Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .map(folder -> folder + "/" + command);
        return places.map(Path::of).anyMatch(Files::isExecutable);
    }

    private Map<String, String> changed() {
        Map<String, String> changed = new LinkedHashMap<>();
        new TreeMap<>(given).forEach((name, value) -> {
            if (defaults.containsKey(name) && !name.startsWith("camel.") && !value.equals(defaults.getProperty(name))) {
                changed.put(name, value);
            }
        });
        return changed;
    }
}
