package io.projectsveltos.clusterinventory.component.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserSequence;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
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
import io.fabric8.kubernetes.client.KubernetesClientException;
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

    private final ObjectMapper mapper;

    private ObjectSerialization(
            Function<String, Class<? extends KubernetesResource>> fallbackClass, ObjectMapper mapper) {
        super(mapper, false);
        this.mapper = mapper;
        this.fallbackClass = fallbackClass;
        classes.put("Status", Status.class);
    }

    /**
     * Reads objects as the class that is registered for their kind.
     *
     * @param attributes context attributes for the deserializers of these classes
     */
    static ObjectSerialization byKind(Map<?, ?> attributes) {
        return new ObjectSerialization(
                kind -> GenericKubernetesResource.class,
                Json.newMapper()
                        .setDefaultAttributes(ContextAttributes.getEmpty().withSharedAttributes(attributes)));
    }

    /** Reads metadata. Its kind may be PartialObjectMetadata or the kind of the whole object, depending on the server. */
    static ObjectSerialization ofMetadata() {
        return new ObjectSerialization(kind -> PartialObjectMetadata.class, Json.newMapper());
    }

    /** Reads objects from a parser, with the settings of a client's serialization. */
    static ObjectReader readerOf(KubernetesSerialization serialization) {
        if (serialization instanceof ObjectSerialization own) {
            return own.mapper.reader();
        }
        throw new IllegalArgumentException("Not a client of KubernetesClients: " + serialization.getClass());
    }

    /** fabric8 encodes the text, to decode it again with buffers of 16 KiB: several times the size of most objects. */
    @Override
    public <T> T unmarshal(String text, Class<T> type) {
        String content = text.stripLeading();
        if (!content.startsWith("{") && !content.startsWith("[")) {
            // YAML
            return super.unmarshal(text, type);
        }
        try {
            return mapper.readValue(content, type);
        } catch (JsonProcessingException e) {
            throw KubernetesClientException.launderThrowable(e);
        }
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

        /** Buffers only what precedes the kind, which is one of the first fields. */
        @Override
        public KubernetesResource deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            TokenBuffer beginning = context.bufferForInputBuffering(parser);
            String kind = copyUntilKind(parser, beginning);
            JsonParser object = JsonParserSequence.createFlattened(false, beginning.asParser(parser), parser);
            object.nextToken();
            return context.readValue(object, classes.getOrDefault(kind, fallbackClass.apply(kind)));
        }

        /** Copies the kind too; the whole object if it does not have one. */
        private static String copyUntilKind(JsonParser object, TokenBuffer copy) throws IOException {
            if (!object.isExpectedStartObjectToken()) {
                copy.copyCurrentStructure(object);
                return "";
            }
            copy.copyCurrentEvent(object);
            while (object.nextToken() == JsonToken.FIELD_NAME) {
                boolean isKind = object.currentName().equals("kind");
                copy.copyCurrentStructure(object);
                if (isKind) {
                    return object.getText();
                }
            }
            copy.copyCurrentEvent(object);
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
