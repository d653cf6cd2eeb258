package io.projectsveltos.clusterinventory.image;

import static java.util.stream.Collectors.joining;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.projectsveltos.clusterinventory.Main;
import io.projectsveltos.clusterinventory.apiserver.MockApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Builds the content of the container image: the application with a Java runtime of its own and an AOT cache, from a run in
 * which it serves profiles of an API server in this process. There are two ways to start it, neither of which needs a
 * shell: jpackage's launcher, which can stand where the Go controller's program is, and java with a file of arguments, for
 * a start that takes 0.1 s less, because the launcher first asks dpkg and rpm which package it belongs to.
 */
public final class AppImage {

    private static final String NAME = "clusterinventory-camel";
    private static final String MAIN = Main.class.getName();

    /** All of Java SE, because custom provider routes may need any of it, and the JDK modules that the application itself needs. */
    private static final String MODULES =
            "java.se,jdk.crypto.ec,jdk.httpserver,jdk.management,jdk.naming.dns,jdk.unsupported,jdk.zipfs";

    private static final List<String> JAVA_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            // each method handle for a rarely used reflective call would become a class
            "-Djdk.reflect.useNativeAccessorOnly=true",
            "-XX:MaxRAMPercentage=40",
            // by default the heap begins with less than 3 MiB, and the start takes a dozen collections
            "-Xmn8m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            // malloc would keep what the compiler took at its peak
            "-XX:TrimNativeHeapInterval=5000",
            // compiling this method alone takes 7 MiB; Java needs it only to generate classes
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=exclude,jdk.internal.classfile.impl.StackMapGenerator::processBlock",
            // 22 MiB of the AOT cache stay clean pages, which processes share and the kernel can drop
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            // standard output is for the log alone
            "-Xlog:disable",
            "-Xlog:all=error:stderr");

    /** The files that the cache is made from must look the same at run time, and image builders set this time too. */
    private static final FileTime MODIFIED = FileTime.fromMillis(1000);

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final String CLASS_PATH = "app.classpath=$APPDIR/";
    private static final String AOT_CACHE = "-XX:AOTCache=";

    private final Path target;
    private final Path image;

    private AppImage(Path target) {
        this.target = target;
        this.image = target.resolve("image/opt/" + NAME);
    }

    /**
     * Builds the image's content.
     *
     * @param args the folder of the packaged jar, in which the folder {@code image} is replaced
     */
    public static void main(String[] args) throws Exception {
        AppImage image = new AppImage(Path.of(args[0]));
        image.pack();
        image.train();
        image.finish();
        image.check();
    }

    private void pack() throws IOException {
        delete(target.resolve("image"));
        Path input = Files.createDirectories(target.resolve("image/opt/input"));
        copy(target.resolve(NAME + ".jar"), input.resolve(NAME + ".jar"));
        copy(target.resolve("lib"), input.resolve("lib"));
        List<String> command = new ArrayList<>(List.of(
                "--type",
                "app-image",
                "--name",
                NAME,
                "--input",
                input.toString(),
                "--main-jar",
                NAME + ".jar",
                "--main-class",
                MAIN,
                "--add-modules",
                MODULES,
                "--jlink-options",
                "--strip-debug --no-header-files --no-man-pages --compress zip-6",
                "--dest",
                image.getParent().toString()));
        JAVA_OPTIONS.forEach(option -> command.addAll(List.of("--java-options", option)));
        int code = ToolProvider.findFirst("jpackage")
                .orElseThrow(() -> new IllegalStateException("this JDK has no jpackage"))
                .run(System.out, System.err, command.toArray(String[]::new));
        require(code == 0, "jpackage failed");
        delete(input);
        // more jars are put here by images that build on this one, for the components of their routes
        Files.createDirectory(app().resolve("extra"));
        String config = Files.readString(config());
        Files.writeString(config(), config.replace("[JavaOptions]", CLASS_PATH + "extra/*\n\n[JavaOptions]"));
        addLegal();
        setTimes();
    }

    private void train() throws Exception {
        Path cache = app().resolve(NAME + ".aot");
        int health = freePort();
        try (MockApiServer server = MockApiServer.startWithTls()) {
            ProcessBuilder launcher = new ProcessBuilder(
                    image.resolve("bin/" + NAME).toString(),
                    "--leader-elect",
                    "--health-addr=127.0.0.1:" + health,
                    "--diagnostics-address=127.0.0.1:0",
                    "--clusterprofile-provider-file=" + resource("/demo/providers.yaml"));
            launcher.environment().putAll(inPod(server));
            launcher.environment().put("JAVA_TOOL_OPTIONS", "-XX:AOTCacheOutput=" + cache.toAbsolutePath());
            Process process = launcher.inheritIO().start();
            try {
                await().atMost(LONGEST).until(() -> ready(health));
                work(server.client());
            } finally {
                process.destroy();
            }
            require(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS), "the application does not end");
        }
        require(Files.exists(cache), "no AOT cache was made");
    }

    private void finish() throws IOException {
        Files.writeString(
                config(), "java-options=" + AOT_CACHE + "$APPDIR/" + NAME + ".aot\n", StandardOpenOption.APPEND);
        writeArguments(app().resolve("java.args"), Path.of("/opt", NAME));
        writeManager(target.resolve("image"), Path.of("/opt", NAME));
        setTimes();
    }

    /** The licence of the application, and what it contains; the licences of Java are in {@code lib/runtime/legal}. */
    private void addLegal() throws IOException {
        Path legal = Files.createDirectory(image.resolve("legal"));
        for (Path file : List.of(Path.of("LICENSE"), Path.of("NOTICE"), target.resolve("THIRD-PARTY.txt"))) {
            Files.copy(file, legal.resolve(file.getFileName()));
        }
    }

    /**
     * Writes /manager, where the Go controller's Deployment looks for its program. It is a copy of the launcher, because jib
     * has no symbolic links. The launcher looks for its library and its configuration in {@code ../lib} of its own folder,
     * which is {@code /lib} here: a link to {@code /usr/lib} in the base.
     *
     * @param root the image's root
     * @param at the path of this image's content, as in {@link #writeArguments}
     */
    private void writeManager(Path root, Path at) throws IOException {
        Path library = Files.createDirectories(root.resolve("usr/lib/app")).getParent();
        Files.copy(image.resolve("bin/" + NAME), root.resolve("manager"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(image.resolve("lib/libapplauncher.so"), library.resolve("libapplauncher.so"));
        String config = Files.readString(config())
                .replace("$APPDIR", at.resolve("lib/app").toString())
                .replace("[Application]", "[Application]\napp.runtime=" + at.resolve("lib/runtime"));
        Files.writeString(library.resolve("app/manager.cfg"), config);
    }

    /** Writes the arguments for java, for an image whose content is at this path. */
    private void writeArguments(Path file, Path at) throws IOException {
        Path jars = at.resolve("lib/app");
        String classPath = Files.readAllLines(config()).stream()
                .filter(line -> line.startsWith(CLASS_PATH))
                .map(line -> jars + "/" + line.substring(CLASS_PATH.length()))
                .collect(joining(":"));
        Stream<String> rest = Stream.of(AOT_CACHE + jars.resolve(NAME + ".aot"), "-cp", classPath, MAIN);
        Files.write(
                file,
                Stream.concat(JAVA_OPTIONS.stream(), rest)
                        .map(argument -> '"' + argument + '"')
                        .toList());
    }

    /** Not with a kubeconfig: reading one loads many classes that a pod does not need. */
    private static Map<String, String> inPod(MockApiServer server) {
        return Map.of(
                "KUBERNETES_MASTER",
                server.address(),
                "KUBERNETES_CERTS_CA_FILE",
                server.certificateFile(),
                "KUBERNETES_DISABLE_HOSTNAME_VERIFICATION",
                "true",
                "KUBERNETES_AUTH_TRYKUBECONFIG",
                "false");
    }

    private void check() throws Exception {
        Path here = Files.createTempDirectory("image");
        try {
            // a folder below, as / is its own parent
            Path root = Files.createDirectory(here.resolve("root"));
            writeManager(root, image.toAbsolutePath());
            Files.createSymbolicLink(here.resolve("lib"), root.resolve("usr/lib"));
            check(root.resolve("manager").toString());
            Path arguments = here.resolve("java.args");
            writeArguments(arguments, image.toAbsolutePath());
            check(image.resolve("lib/runtime/bin/java").toString(), "@" + arguments);
        } finally {
            delete(here);
        }
    }

    /** In this mode Java refuses to start if it cannot use the cache, instead of starting slowly. */
    private static void check(String... command) throws Exception {
        List<String> version = new ArrayList<>(List.of(command));
        version.add("--version");
        ProcessBuilder process = new ProcessBuilder(version);
        process.environment().put("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on");
        require(process.inheritIO().start().waitFor() == 0, "the AOT cache cannot be used");
    }

    /** Serves one profile of each kind until its SveltosCluster exists, and deletes it again. */
    private static void work(KubernetesClient client) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("fleet")
                        .withName("edge-1-admin")
                        .endMetadata()
                        .addToStringData("kubeconfig", """
                                apiVersion: v1
                                kind: Config
                                clusters: [{name: c, cluster: {server: "https://edge-1.example:6443"}}]
                                users: [{name: u, user: {token: t}}]
                                contexts: [{name: x, context: {cluster: c, user: u}}]
                                current-context: x
                                """)
                        .build())
                .create();
        List<GenericKubernetesResource> profiles = Stream.of(
                        profile("edge-1", "kubeconfig-secretreader"), profile("edge-2", "sample-plugin"))
                .toList();
        profiles.forEach(profile -> client.resource(profile).create());
        profiles.forEach(profile -> client.resource(profile).updateStatus());
        await().atMost(LONGEST).until(() -> clusters(client) == profiles.size());
        profiles.forEach(profile -> client.resource(profile).delete());
        await().atMost(LONGEST).until(() -> clusters(client) == 0);
    }

    private static int clusters(KubernetesClient client) {
        return client.genericKubernetesResources("lib.projectsveltos.io/v1beta1", "SveltosCluster")
                .inNamespace("fleet")
                .list()
                .getItems()
                .size();
    }

    private static GenericKubernetesResource profile(String name, String provider) {
        return Serialization.unmarshal("""
                apiVersion: multicluster.x-k8s.io/v1alpha1
                kind: ClusterProfile
                metadata: {namespace: fleet, name: %1$s, labels: {env: test}}
                spec: {displayName: %1$s, clusterManager: {name: training}}
                status:
                  accessProviders:
                  - name: %2$s
                    cluster:
                      server: https://%1$s.example:6443
                      extensions:
                      - name: client.authentication.k8s.io/exec
                        extension: {name: %1$s-admin, key: kubeconfig}
                """.formatted(name, provider), GenericKubernetesResource.class);
    }

    private static boolean ready(int port) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                    .build();
            return HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private Path app() {
        return image.resolve("lib/app");
    }

    private Path config() {
        return app().resolve(NAME + ".cfg");
    }

    private void setTimes() throws IOException {
        try (Stream<Path> all = Files.walk(image)) {
            for (Path path : all.toList()) {
                Files.setLastModifiedTime(path, MODIFIED);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            Path[] deepestFirst = all.sorted((a, b) -> b.compareTo(a)).toArray(Path[]::new);
            Arrays.stream(deepestFirst).forEach(AppImage::deleteOne);
        }
    }

    private static void deleteOne(Path path) {
        try {
            // jlink creates read-only files
            if (!Files.isSymbolicLink(path)) {
                path.toFile().setWritable(true);
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String resource(String name) throws URISyntaxException {
        return Path.of(AppImage.class.getResource(name).toURI()).toString();
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
