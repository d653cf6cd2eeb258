package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.cfg.ContextAttributes;
import com.fasterxml.jackson.databind.cfg.HandlerInstantiator;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.jsontype.TypeIdResolver;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.internal.KubernetesDeserializer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Reads the objects of watch events as the class that is registered for their kind. fabric8's own deserializer first builds
 * a tree of nodes for each object, and searches the class path for all of its models.
 */
final class ObjectSerialization extends KubernetesSerialization {

    private final Map<String, Class<? extends KubernetesResource>> classes = new ConcurrentHashMap<>();
    private final Function<String, Class<? extends KubernetesResource>> fallbackClass;

    private ObjectSerialization(
            Function<String, Class<? extends KubernetesResource>> fallbackClass, Map<?, ?> attributes) {
        super(
                Json.newMapper()
                        .setDefaultAttributes(ContextAttributes.getEmpty().withSharedAttributes(attributes)),
                false);
        this.fallbackClass = fallbackClass;
        classes.put("Status", Status.class);
    }

    /**
     * Reads objects as the class that is registered for their kind.
     *
     * @param attributes context attributes for the deserializers of these classes
     */
    static ObjectSerialization byKind(Map<?, ?> attributes) {
        return new ObjectSerialization(kind -> GenericKubernetesResource.class, attributes);
    }

    /** Reads metadata. Its kind may be PartialObjectMetadata or the kind of the whole object, depending on the server. */
    static ObjectSerialization ofMetadata() {
        return new ObjectSerialization(kind -> PartialObjectMetadata.class, Map.of());
    }

    @Override
    public void registerKubernetesResource(
            String apiVersion, String kind, Class<? extends KubernetesResource> resourceClass) {
        // all versions of a kind are read as the same class
        classes.put(kind, resourceClass);
    }

    @Override
    protected void configureMapper(ObjectMapper mapper) {
        super.configureMapper(mapper);
        mapper.setConfig(mapper.getDeserializationConfig()
                .with(new KindInstantiator(mapper.getDeserializationConfig().getHandlerInstantiator())));
    }

    private final class KindDeserializer extends JsonDeserializer<KubernetesResource> {
        @Override
        public KubernetesResource deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            TokenBuffer object = context.bufferForInputBuffering(parser);
            object.copyCurrentStructure(parser);
            String kind = kindOf(object);
            return context.readValue(
                    object.asParserOnFirstToken(), classes.getOrDefault(kind, fallbackClass.apply(kind)));
        }

        private static String kindOf(TokenBuffer object) throws IOException {
            JsonParser fields = object.asParserOnFirstToken();
            while (fields.nextToken() == JsonToken.FIELD_NAME) {
                String field = fields.currentName();
                fields.nextToken();
                if (field.equals("kind")) {
                    return fields.getText();
                }
                fields.skipChildren();
            }
            return "";
        }
    }

    private final class KindInstantiator extends HandlerInstantiator {

        private final HandlerInstantiator delegate;

        KindInstantiator(HandlerInstantiator delegate) {
            this.delegate = delegate;
        }

        @Override
        public JsonDeserializer<?> deserializerInstance(
                DeserializationConfig config, Annotated annotated, Class<?> type) {
            return type == KubernetesDeserializer.class
                    ? new KindDeserializer()
                    : delegate.deserializerInstance(config, annotated, type);
        }

        @Override
        public KeyDeserializer keyDeserializerInstance(
                DeserializationConfig config, Annotated annotated, Class<?> type) {
            return delegate.keyDeserializerInstance(config, annotated, type);
        }

        @Override
        public JsonSerializer<?> serializerInstance(SerializationConfig config, Annotated annotated, Class<?> type) {
            return delegate.serializerInstance(config, annotated, type);
        }

        @Override
        public TypeResolverBuilder<?> typeResolverBuilderInstance(
                MapperConfig<?> config, Annotated annotated, Class<?> type) {
            return delegate.typeResolverBuilderInstance(config, annotated, type);
        }

        @Override
        public TypeIdResolver typeIdResolverInstance(MapperConfig<?> config, Annotated annotated, Class<?> type) {
            return delegate.typeIdResolverInstance(config, annotated, type);
        }
    }
}
