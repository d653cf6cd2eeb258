package io.projectsveltos.clusterinventory.credential.exec;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Environment variables with which a profile could run its own code in this pod, read or write the pod's files, or send a
 * plugin's identity elsewhere. They are refused if the provider file does not list the variables that profiles may set. No
 * such list is ever complete, which is why the provider file should have one; this one rather refuses too much. Case is
 * ignored: Python and Node read proxies and settings in either case.
 */
final class RiskyVariables {

    /** Shells, programs and search paths; C libraries; runtimes; where identities are sent. */
    private static final Set<String> NAMES = Set.copyOf(words("""
            ENV SHELL SHELLOPTS IFS CDPATH FPATH GLOBIGNORE PROMPT_COMMAND POSIXLY_CORRECT
            PATH HOME USERPROFILE APPDATA PWD OLDPWD TMP TEMP TERMINFO TERMCAP INPUTRC
            BROWSER EDITOR VISUAL PAGER LESSOPEN LESSCLOSE MANPAGER
            LOCALDOMAIN HOSTALIASES
            CLASSPATH _JAVA_OPTIONS OCAMLRUNPARAM GHCRTS GODEBUG GOTRACEBACK GCOV_PREFIX PHPRC
            NETRC WGETRC SSLKEYLOGFILE GCE_METADATA_IP
            """));

    /** Loaders and C libraries; shells and interpreters; programs that plugins start; identities. */
    private static final List<String> PREFIXES = words("""
            LD_ DYLD_ GLIBC_ MALLOC_ RES_ RESOLV_ NIX_ NSS_ GIO_ GTK_ QT_ LLVM_ SNAP
            BASH PS KSH PYTHON PIP_ CONDA_ VIRTUAL_ENV UV_ NODE_ NPM_ YARN_ DENO_ BUN_ PERL RUBY GEM_ BUNDLE PHP_ LUA_
            TCL GUILE_ JULIA_ ERL_ RUST_ JAVA_ JDK_ JVM_ IBM_JAVA_ OPENJ9_ MAVEN_ GRADLE_ DOTNET_ CORECLR_ COREHOST_
            COMPLUS_ MONO_
            GIT_ SSH_ SUDO_ GPG_ GNUPG DOCKER_ HELM_ TF_ KUBE CLOUDSDK_ OCI_CLI_ XDG_ CURL_ OPENSSL_ SSL_ TLS_ KRB5 VAULT_
            AWS_CONTAINER_ AWS_EC2_METADATA_ AWS_WEB_IDENTITY_ AWS_ACCESS_KEY AWS_SECRET AWS_SESSION GOOGLE_APPLICATION_
            GOOGLE_EXTERNAL_ IDENTITY_ MSI_ IMDS_
            """);

    /** Names whose value is a file, a folder, a program or its options, or an address. */
    private static final List<String> SUFFIXES = words("""
            PATH DIR _FILE CONFIG _CONF _HOME _ROOT _PRELOAD _OPTS OPTIONS _FLAGS _ARGS _CMD _COMMAND _EDITOR _PAGER
            _BROWSER _SHELL _ASKPASS _PLUGIN _PLUGINS
            PROXY CA_BUNDLE _CERT _ADDR _ADDRESS _HOST _URL _URI _SERVER AUTHORITY
            """);

    private static final String ENDPOINT = "ENDPOINT";

    private RiskyVariables() {}

    static boolean contains(String variable) {
        String name = variable.toUpperCase(Locale.ROOT);
        return NAMES.contains(name)
                || name.contains(ENDPOINT)
                || PREFIXES.stream().anyMatch(name::startsWith)
                || SUFFIXES.stream().anyMatch(name::endsWith);
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
