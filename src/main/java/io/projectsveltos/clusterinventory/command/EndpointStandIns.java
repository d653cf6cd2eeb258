package io.projectsveltos.clusterinventory.command;

import io.projectsveltos.clusterinventory.command.RouteCase.EndpointAnswer;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.EndpointHelper;

/**
 * Answers in place of endpoints. If the component of one is not on the class path, a component without options of its own
 * takes its place, so that the route can be tested without it; what the component would refuse is not noticed then.
 */
final class EndpointStandIns implements EndpointStrategy {

    private final CamelContext context;
    private final List<EndpointAnswer> answers;

    private EndpointStandIns(CamelContext context, List<EndpointAnswer> answers) {
        this.context = context;
        this.answers = answers;
    }

    /**
     * Puts answers in place of endpoints.
     *
     * @param context has no endpoint yet
     * @param answers the first whose URI fits is given
     */
    static void add(CamelContext context, List<EndpointAnswer> answers) {
        for (EndpointAnswer answer : answers) {
            String scheme = answer.uri().split(":", 2)[0];
            if (context.getComponent(scheme) == null) {
                context.addComponent(scheme, new AnyComponent());
            }
        }
        context.getCamelContextExtension().registerEndpointCallback(new EndpointStandIns(context, answers));
    }

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        return answers.stream()
                .filter(answer -> EndpointHelper.matchEndpoint(context, uri, answer.uri()))
                .findFirst()
                .map(answer -> (Endpoint) new StandInEndpoint(uri, context, answer))
                .orElse(endpoint);
    }

    private static final class AnyComponent extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            // its options are those of a component that is not here
            parameters.clear();
            return new StandInEndpoint(uri, getCamelContext(), new EndpointAnswer(uri, null, null, "has no answer"));
        }
    }

    private static final class StandInEndpoint extends DefaultEndpoint {

        private final EndpointAnswer answer;

        StandInEndpoint(String uri, CamelContext context, EndpointAnswer answer) {
            super(uri, null);
            this.answer = answer;
            setCamelContext(context);
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) {
                    if (answer.failure() != null) {
                        throw new IllegalStateException(answer.failure());
                    }
                    exchange.getMessage().setBody(StandIns.text(answer.body()));
                    answer.headers().forEach(exchange.getMessage()::setHeader);
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("a stand-in only answers");
        }
    }
}
