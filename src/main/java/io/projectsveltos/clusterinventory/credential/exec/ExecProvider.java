package io.projectsveltos.clusterinventory.credential.exec;

import java.util.List;

/**
 * An access provider of the provider file: an exec credential plugin and how profiles may influence it (KEP-5339).
 *
 * @param name the access provider's name
 * @param execConfig the plugin
 * @param profileSourcedCLIArgsPolicy what becomes of arguments that a profile asks for
 * @param profileSourcedEnvVarsPolicy what becomes of environment variables that a profile asks for
 * @param profileSourcedEnvVars the variables that a profile may set under that policy; null for all but those of
 *     {@link RiskyVariables}
 */
public record ExecProvider(
        String name,
        ExecConfig execConfig,
        ArgsPolicy profileSourcedCLIArgsPolicy,
        EnvPolicy profileSourcedEnvVarsPolicy,
        List<String> profileSourcedEnvVars) {

    /** What becomes of a profile's arguments. */
    public enum ArgsPolicy {
        /** They are left out; the default. */
        Ignore,
        /** They follow the provider file's. */
        Append
    }

    /** What becomes of a profile's environment variables. */
    public enum EnvPolicy {
        /** They are left out; the default. */
        Ignore,
        /** They are set where the provider file sets none of the name. */
        AppendIfNotExists,
        /** They win over the provider file's. */
        Replace
    }

    /**
     * The plugin, in the form of client-go's ExecConfig.
     *
     * @param apiVersion the version of ExecCredential that the plugin speaks
     * @param command the program
     * @param args its arguments, in which {@code $(VAR)} stands for a variable of its environment
     * @param env variables on top of this process's own, in whose values {@code $(VAR)} stands for one of the process, of
     *     the profile, or of an earlier entry
     * @param provideClusterInfo whether the plugin is told which cluster it is run for
     * @param interactiveMode {@code Never} or {@code IfAvailable}: there is no terminal
     * @param installHint what to do when the program is missing
     */
    public record ExecConfig(
            String apiVersion,
            String command,
            List<String> args,
            List<EnvVar> env,
            boolean provideClusterInfo,
            String interactiveMode,
            String installHint) {

        public ExecConfig {
            args = args == null ? List.of() : List.copyOf(args);
            env = env == null ? List.of() : List.copyOf(env);
        }

        /** Says nothing of arguments and variables, which may be secrets. */
        @Override
        public String toString() {
            return "ExecConfig[" + command + "]";
        }
    }

    /**
     * An environment variable.
     *
     * @param name its name
     * @param value its value
     */
    public record EnvVar(String name, String value) {

        /** Says nothing of the value. */
        @Override
        public String toString() {
            return "EnvVar[" + name + "]";
        }
    }

    public ExecProvider {
        profileSourcedCLIArgsPolicy =
                profileSourcedCLIArgsPolicy == null ? ArgsPolicy.Ignore : profileSourcedCLIArgsPolicy;
        profileSourcedEnvVarsPolicy =
                profileSourcedEnvVarsPolicy == null ? EnvPolicy.Ignore : profileSourcedEnvVarsPolicy;
        profileSourcedEnvVars = profileSourcedEnvVars == null ? null : List.copyOf(profileSourcedEnvVars);
    }

    /** The same provider with another program, arguments and variables. */
    ExecProvider with(String command, List<String> args, List<EnvVar> env) {
        return new ExecProvider(
                name,
                new ExecConfig(
                        execConfig.apiVersion(),
                        command,
                        args,
                        env,
                        execConfig.provideClusterInfo(),
                        execConfig.interactiveMode(),
                        execConfig.installHint()),
                profileSourcedCLIArgsPolicy,
                profileSourcedEnvVarsPolicy,
                profileSourcedEnvVars);
    }

    /** Whether profiles may set variables that the provider file does not list. */
    boolean acceptsUnlistedVariables() {
        return profileSourcedEnvVarsPolicy != EnvPolicy.Ignore && profileSourcedEnvVars == null;
    }
}
