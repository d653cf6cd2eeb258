package io.projectsveltos.clusterinventory.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogConfigurationTest {

    private static final String FILE = "logback.configurationFile";

    private final LoggerContext context = new LoggerContext();
    private final Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);

    @AfterEach
    void forgetTheFile() {
        System.clearProperty(FILE);
    }

    @Test
    void logsMoreOfTheControllerThanOfLibraries() {
        ExecutionStatus status = new LogConfiguration().configure(context);

        assertEquals(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY, status);
        assertEquals(Level.INFO, level(LogConfigurationTest.class.getName()));
        assertEquals(Level.INFO, level("routes.reconcile-clusterprofile"));
        assertEquals(Level.WARN, level("org.apache.camel"));
        assertEquals(Level.OFF, level("io.fabric8.kubernetes.client.informers.impl.cache.Reflector"));
        assertTrue(root.iteratorForAppenders().hasNext());
    }

    @Test
    void setsOnlyTheLevelsForAnOperatorsOwnFile() {
        System.setProperty(FILE, "/any/file.xml");

        ExecutionStatus status = new LogConfiguration().configure(context);

        assertEquals(ExecutionStatus.INVOKE_NEXT_IF_ANY, status);
        assertFalse(root.iteratorForAppenders().hasNext());
        // otherwise everything would log at DEBUG if the file is missing
        assertEquals(Level.WARN, root.getLevel());
        assertEquals(Level.OFF, level("io.fabric8.kubernetes.client.http.HttpLoggingInterceptor"));
    }

    private Level level(String logger) {
        return context.getLogger(logger).getEffectiveLevel();
    }
}
