package io.projectsveltos.clusterinventory.credential.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.exec.ExecBinding;
import org.apache.camel.component.exec.ExecCommand;
import org.apache.camel.component.exec.ExecEndpoint;
import org.apache.camel.component.exec.ExecResult;

/** Connects routes with camel-exec: takes a {@link PluginInvocation}, returns the bytes of the plugin's standard output. */
public final class ExecPluginBinding implements ExecBinding {

    @Override
    public ExecCommand readInput(Exchange exchange, ExecEndpoint endpoint) {
        return new Command(exchange.getMessage().getBody(PluginInvocation.class), endpoint.getTimeout());
    }

    @Override
    public void writeOutput(Exchange exchange, ExecResult result) {
        try {
            exchange.getMessage().setBody(result.getStdout().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command with an environment, which camel-exec lacks. */
    static final class Command extends ExecCommand {

        private static final long serialVersionUID = 1L;

        private final transient PluginInvocation invocation;

        Command(PluginInvocation invocation, long timeoutMillis) {
            super(
                    invocation.command(),
                    invocation.args(),
                    null,
                    timeoutMillis,
                    Set.of(0),
                    null,
                    null,
                    false,
                    LoggingLevel.DEBUG);
            this.invocation = invocation;
        }

        PluginInvocation invocation() {
            return invocation;
        }

        /** Camel logs commands, and arguments may contain secrets. */
        @Override
        public String toString() {
            return invocation.toString();
        }
    }
}
