package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.impl.KubernetesClientImpl;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Derives clients that list and watch only metadata, like client-go's {@code metadata} package. They share connections and
 * threads with the original client, are closed with it, and read every object as {@link PartialObjectMetadata}.
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
                ObjectSerialization.ofMetadata());
    }

    private static final class AcceptMetadata implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (request.header("Accept") != null) {
                return;
            }
            // the raw query: a selector may contain watch=true too, but only escaped
            String query = request.uri().getRawQuery();
            boolean watch = query != null && query.contains("watch=true");
            builder.setHeader("Accept", watch ? ACCEPT_OBJECT : ACCEPT_LIST);
        }
    }
}
