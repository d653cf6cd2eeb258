package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.cfg.HandlerInstantiator;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.jsontype.TypeIdResolver;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.impl.KubernetesClientImpl;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.internal.KubernetesDeserializer;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Derives clients that list and watch metadata only. They share connections and threads with the client they come from,
 * are closed with it, and read every object as {@link PartialObjectMetadata}.
 */
final class MetadataClient {

    static final String ACCEPT_OBJECT = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
    static final String ACCEPT_LIST =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    private static final Map<KubernetesClient, KubernetesClient> DERIVED =
            Collections.synchronizedMap(new WeakHashMap<>());

    private MetadataClient() {}

    static KubernetesClient of(KubernetesClient client) {
        return DERIVED.computeIfAbsent(client, MetadataClient::derive);
    }

    private static KubernetesClient derive(KubernetesClient client) {
        return new KubernetesClientImpl(
                client.getHttpClient()
                        .newBuilder()
                        .addOrReplaceInterceptor("metadata-only", new AcceptMetadata())
                        .build(),
                client.getConfiguration(),
                null,
                new Serialization());
    }

    private static final class AcceptMetadata implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (request.header("Accept") != null) {
                return;
            }
            // raw: a selector may hold watch=true too, but not without escaping
            String query = request.uri().getRawQuery();
            boolean watch = query != null && query.contains("watch=true");
            builder.setHeader("Accept", watch ? ACCEPT_OBJECT : ACCEPT_LIST);
        }
    }

    /** Reads the objects of watch events by what they are here, not by their kind, which servers may give either way. */
    private static final class Serialization extends KubernetesSerialization {

        Serialization() {
            super(new ObjectMapper(), false);
        }

        @Override
        protected void configureMapper(ObjectMapper mapper) {
            super.configureMapper(mapper);
            mapper.setConfig(mapper.getDeserializationConfig()
                    .with(new ByForm(mapper.getDeserializationConfig().getHandlerInstantiator())));
        }
    }

    private static final class ByForm extends HandlerInstantiator {

        private final HandlerInstantiator others;

        ByForm(HandlerInstantiator others) {
            this.others = others;
        }

        @Override
        public JsonDeserializer<?> deserializerInstance(
                DeserializationConfig config, Annotated annotated, Class<?> type) {
            return type == KubernetesDeserializer.class
                    ? new StatusOrMetadata()
                    : others.deserializerInstance(config, annotated, type);
        }

        @Override
        public KeyDeserializer keyDeserializerInstance(
                DeserializationConfig config, Annotated annotated, Class<?> type) {
            return others.keyDeserializerInstance(config, annotated, type);
        }

        @Override
        public JsonSerializer<?> serializerInstance(SerializationConfig config, Annotated annotated, Class<?> type) {
            return others.serializerInstance(config, annotated, type);
        }

        @Override
        public TypeResolverBuilder<?> typeResolverBuilderInstance(
                MapperConfig<?> config, Annotated annotated, Class<?> type) {
            return others.typeResolverBuilderInstance(config, annotated, type);
        }

        @Override
        public TypeIdResolver typeIdResolverInstance(MapperConfig<?> config, Annotated annotated, Class<?> type) {
            return others.typeIdResolverInstance(config, annotated, type);
        }
    }

    private static final class StatusOrMetadata extends JsonDeserializer<KubernetesResource> {
        @Override
        public KubernetesResource deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            ObjectNode object = context.readValue(parser, ObjectNode.class);
            Class<? extends KubernetesResource> form =
                    object.path("kind").asText().equals("Status") ? Status.class : PartialObjectMetadata.class;
            return context.readTreeAsValue(object, form);
        }
    }
}
