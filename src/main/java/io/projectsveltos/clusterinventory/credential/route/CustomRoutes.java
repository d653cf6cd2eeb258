package io.projectsveltos.clusterinventory.credential.route;

import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.MaskingFormatter;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * What the routes of integrators have in addition to those of this controller, which cost nothing more: their steps are
 * traced, so that a failure names its step; what they log is masked; a failure that nothing else reports is logged; and
 * their HTTP client does not retry, and reads no endless answer.
 *
 * @param logsMessages whether the message of an exception is logged too, although it may contain a credential
 * @param isOverride whether the route of an id replaces a packaged one: then the packaged ones report what fails
 */
public record CustomRoutes(boolean logsMessages, Predicate<String> isOverride) {

    private static final String LOG_COMPONENT = "log:";
    private static final String MASK_OPTION = "logMask=";

    /**
     * Adds it to the routes that a context loads from now on.
     *
     * @param context the context
     */
    public void install(CamelContext context) {
        context.getRegistry().bind(MaskingFormatter.CUSTOM_LOG_MASK_REF, MaskingFormatter.class, new CredentialMask());
        context.getCamelContextExtension()
                .getContextPlugin(Model.class)
                .addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
                    @Override
                    public void onAddRouteDefinition(RouteDefinition route) {
                        mask(route);
                    }
                });
        context.getCamelContextExtension().addInterceptStrategy(new Tracer());
        context.addRoutePolicyFactory((camel, id, route) -> policy(route));
        context.addLifecycleStrategy(new BoundedHttp());
    }

    private RoutePolicy policy(NamedNode route) {
        return route instanceof RouteDefinition definition
                        && isCustom(definition)
                        && !isOverride.test(definition.getRouteId())
                ? new UnreportedFailurePolicy(logsMessages)
                : null;
    }

    /** Whether a route is not one of the packaged ones. One from a template or a Kamelet does not have a file. */
    static boolean isCustom(RouteDefinition route) {
        Resource file = route.getResource();
        return file == null ? Boolean.TRUE.equals(route.isTemplate()) : !PackagedRoutes.has(file);
    }

    /** Unless the author has decided about it. */
    private static void mask(RouteDefinition route) {
        if (!isCustom(route)) {
            return;
        }
        if (route.getLogMask() == null) {
            route.setLogMask("true");
        }
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)
                .forEach(send -> send.setUri(masked(send.getUri())));
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDynamicDefinition.class)
                .forEach(send -> send.setUri(masked(send.getUri())));
    }

    private static String masked(String uri) {
        if (uri == null || !uri.startsWith(LOG_COMPONENT) || uri.contains(MASK_OPTION)) {
            return uri;
        }
        return uri + (uri.contains("?") ? "&" : "?") + MASK_OPTION + "true";
    }

    /**
     * The queue retries, and knows how long a server wants it to wait. The HTTP client would wait inside the call, for as long
     * as {@code Retry-After} says. An answer may be as long as a credential.
     */
    private static final class BoundedHttp extends LifecycleStrategySupport {

        @Override
        public void onComponentAdd(String name, Component component) {
            if ("http".equals(name) || "https".equals(name)) {
                HttpComponent http = (HttpComponent) component;
                http.setAutomaticRetriesDisabled(true);
                http.setHttpClientConfigurer(new AnswerLimit(ProviderOutput.MAX_BYTES));
            }
        }
    }

    private static final class Tracer implements InterceptStrategy {

        @Override
        public Processor wrapProcessorInInterceptors(
                CamelContext context, NamedNode node, Processor target, Processor next) {
            RouteDefinition route =
                    node instanceof ProcessorDefinition<?> step ? ProcessorDefinitionHelper.getRoute(step) : null;
            return route == null || !isCustom(route)
                    // otherwise Camel warns
                    ? AsyncProcessorConverterHelper.convert(target)
                    : new TracedStep(target, StepPlace.of(node, context));
        }
    }
}
