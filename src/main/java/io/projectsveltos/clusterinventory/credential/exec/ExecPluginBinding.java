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

/** Between routes and camel-exec: in goes a {@link PluginInvocation}, out come the bytes of the plugin's standard output. */
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

    /** A command with an environment, which camel-exec has not. */
    static final class Command extends ExecCommand {

        private static final long serialVersionUID = 1L;

        private final transient PluginInvocation call;

        Command(PluginInvocation call, long timeoutMillis) {
            super(call.command(), call.args(), null, timeoutMillis, Set.of(0), null, null, false, LoggingLevel.DEBUG);
            this.call = call;
        }

        PluginInvocation call() {
            return call;
        }

        /** Camel logs commands; arguments may hold secrets. */
        @Override
        public String toString() {
            return call.toString();
        }
    }
}
