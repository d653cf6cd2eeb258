package io.projectsveltos.clusterinventory.credential.exec;

import java.util.List;

/**
 * An access provider in the provider file: an exec credential plugin and how profiles may influence it (KEP-5339).
 *
 * @param profileSourcedCLIArgsPolicy how to treat the arguments that a profile asks for
 * @param profileSourcedEnvVarsPolicy how to treat the environment variables that a profile asks for
 * @param profileSourcedEnvVars the variables that a profile may set under that policy; null for all but those of
 *     {@link RiskyVariables}
 */
public record ExecProvider(
        String name,
        ExecConfig execConfig,
        ArgsPolicy profileSourcedCLIArgsPolicy,
        EnvPolicy profileSourcedEnvVarsPolicy,
        List<String> profileSourcedEnvVars) {

    /** How to treat a profile's arguments. */
    public enum ArgsPolicy {
        /** The default. */
        Ignore,
        /** After the provider file's. */
        Append
    }

    /** How to treat a profile's environment variables. */
    public enum EnvPolicy {
        /** The default. */
        Ignore,
        /** Set those that the provider file does not set. */
        AppendIfNotExists,
        /** They take precedence over the provider file's. */
        Replace
    }

    /**
     * The plugin, in the form of client-go's ExecConfig.
     *
     * @param apiVersion the version of ExecCredential that the plugin uses
     * @param args arguments, in which {@code $(VAR)} is replaced with a variable from the plugin's environment
     * @param env variables in addition to this process's own, in whose values {@code $(VAR)} is replaced with a variable of
     *     the process or the profile, or from an earlier entry
     * @param provideClusterInfo whether {@code KUBERNETES_EXEC_INFO} describes the cluster
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

        /** Leaves out arguments and variables, which may contain secrets. */
        @Override
        public String toString() {
            return "ExecConfig[" + command + "]";
        }
    }

    /** An environment variable. */
    public record EnvVar(String name, String value) {

        /** Leaves out the value, which may be a secret. */
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
    public boolean acceptsUnlistedVariables() {
        return profileSourcedEnvVarsPolicy != EnvPolicy.Ignore && profileSourcedEnvVars == null;
    }
}
