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
 * Reads the objects of watch events as the class that the kind stands for here. fabric8's own way builds a tree of each
 * object first, of nodes for every field of it, and searches the class path for all of its models.
 */
final class ObjectSerialization extends KubernetesSerialization {

    private final Map<String, Class<? extends KubernetesResource>> classes = new ConcurrentHashMap<>();
    private final Function<String, Class<? extends KubernetesResource>> classOfOthers;

    private ObjectSerialization(
            Function<String, Class<? extends KubernetesResource>> classOfOthers, Map<?, ?> attributes) {
        super(
                Json.newMapper()
                        .setDefaultAttributes(ContextAttributes.getEmpty().withSharedAttributes(attributes)),
                false);
        this.classOfOthers = classOfOthers;
        classes.put("Status", Status.class);
    }

    /**
     * Reads objects as the class that is registered for their kind.
     *
     * @param attributes what deserializers of these classes may ask their context for
     */
    static ObjectSerialization byKind(Map<?, ?> attributes) {
        return new ObjectSerialization(kind -> GenericKubernetesResource.class, attributes);
    }

    /** Reads metadata, whose kind servers may give either way: its own or the whole object's. */
    static ObjectSerialization ofMetadata() {
        return new ObjectSerialization(kind -> PartialObjectMetadata.class, Map.of());
    }

    @Override
    public void registerKubernetesResource(
            String apiVersion, String kind, Class<? extends KubernetesResource> resourceClass) {
        // versions of a type that are watched are read as one class
        classes.put(kind, resourceClass);
    }

    @Override
    protected void configureMapper(ObjectMapper mapper) {
        super.configureMapper(mapper);
        mapper.setConfig(mapper.getDeserializationConfig()
                .with(new Instantiator(mapper.getDeserializationConfig().getHandlerInstantiator())));
    }

    private final class ByKind extends JsonDeserializer<KubernetesResource> {
        @Override
        public KubernetesResource deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            TokenBuffer object = context.bufferForInputBuffering(parser);
            object.copyCurrentStructure(parser);
            String kind = kindOf(object);
            return context.readValue(
                    object.asParserOnFirstToken(), classes.getOrDefault(kind, classOfOthers.apply(kind)));
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

    private final class Instantiator extends HandlerInstantiator {

        private final HandlerInstantiator others;

        Instantiator(HandlerInstantiator others) {
            this.others = others;
        }

        @Override
        public JsonDeserializer<?> deserializerInstance(
                DeserializationConfig config, Annotated annotated, Class<?> type) {
            return type == KubernetesDeserializer.class
                    ? new ByKind()
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
}
