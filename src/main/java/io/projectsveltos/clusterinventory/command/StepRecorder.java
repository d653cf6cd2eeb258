package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.command.TryReport.Step;
import io.projectsveltos.clusterinventory.credential.route.SourceLine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Records the steps of routes: how long each takes and what kind of body it leaves, but no value. */
final class StepRecorder implements InterceptStrategy {

    /** The routes around an access provider, which are the same for each. */
    private static final Set<String> AROUND = Set.of("run-access-provider", "call-custom-provider");

    private final List<Step> steps = new CopyOnWriteArrayList<>();

    List<Step> steps() {
        return List.copyOf(steps);
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode node, Processor target, Processor nextTarget) {
        RouteDefinition route =
                node instanceof ProcessorDefinition<?> step ? ProcessorDefinitionHelper.getRoute(step) : null;
        return route == null || AROUND.contains(route.getRouteId())
                ? AsyncProcessorConverterHelper.convert(target)
                : new Recorded(target, route.getRouteId(), node, SourceLine.of(node, context));
    }

    private final class Recorded extends DelegateAsyncProcessor {

        private final String route;
        private final NamedNode node;
        private final Integer line;

        Recorded(Processor target, String route, NamedNode node, Integer line) {
            super(target);
            this.route = route;
            this.node = node;
            this.line = line;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            long start = System.nanoTime();
            return super.process(exchange, doneSync -> {
                record(exchange, Duration.ofNanos(System.nanoTime() - start));
                callback.done(doneSync);
            });
        }

        private void record(Exchange exchange, Duration took) {
            steps.add(new Step(
                    route,
                    line,
                    name(node),
                    took.toMillis(),
                    describe(exchange.getMessage().getBody()),
                    exchange.getException() == null
                            ? null
                            : exchange.getException().getClass().getSimpleName()));
        }
    }

    /** Without its label, which may hold a value. */
    private static String name(NamedNode node) {
        if (node instanceof BeanDefinition bean) {
            return "bean " + bean.getRef() + "." + bean.getMethod().split("\\(", 2)[0];
        }
        boolean isNamed = node instanceof ProcessorDefinition<?> step && step.hasCustomIdAssigned();
        return isNamed ? node.getShortName() + " " + node.getId() : node.getShortName();
    }

    private static String describe(Object body) {
        if (body == null) {
            return "null";
        }
        String type = body.getClass().getSimpleName();
        if (body instanceof byte[] bytes) {
            return type + " of " + bytes.length + " bytes";
        }
        if (body instanceof String text) {
            return type + " of " + text.length() + " characters";
        }
        return body instanceof Map<?, ?> map ? type + " of " + map.size() + " fields" : type;
    }
}
