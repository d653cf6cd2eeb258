package io.projectsveltos.clusterinventory.cli;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder with the jars of further Camel components. They are added by a class loader of their own, whose parent has the
 * jars of the controller: those win where both have a class, and the AOT cache of the image stays valid.
 *
 * @param folder as given
 * @param jars in the order of their names, at least one
 */
public record JarFolder(String folder, List<Path> jars) {

    /**
     * Lists a folder.
     *
     * @param folder the folder
     * @throws IllegalArgumentException if it is not a folder with jars
     */
    public static JarFolder of(String folder) {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            List<Path> jars = entries.filter(entry -> entry.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
            if (jars.isEmpty()) {
                throw new IllegalArgumentException("there is no jar in " + folder);
            }
            return new JarFolder(folder, jars);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the folder " + folder);
        }
    }

    /** Lets Camel find what is in the jars, if it is started by this thread: it looks into its context class loader. */
    public void addToThread() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        Thread.currentThread()
                .setContextClassLoader(new URLClassLoader(urls.toArray(URL[]::new), JarFolder.class.getClassLoader()));
    }
}
