package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Creates a client that receives the response to a list late, although the server sent it in time. */
final class DelayedLists extends OkHttpClientFactory {

    /** The response to one list. */
    static final class Held {

        private final CountDownLatch read = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        void awaitRead() throws InterruptedException {
            read.await();
        }

        void release() {
            released.countDown();
        }
    }

    private final AtomicReference<Held> next = new AtomicReference<>();

    KubernetesClient client(Path kubeconfig) {
        Config config = Config.fromKubeconfig(kubeconfig.toFile());
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder()
                .withKubernetesSerialization(ObjectSerialization.byKind(Map.of()))
                .withConfig(config)
                .withHttpClientFactory(this)
                .build();
    }

    /** Delays only the response to the next list. */
    Held holdNext() {
        Held held = new Held();
        next.set(held);
        return held;
    }

    @Override
    protected void additionalConfig(OkHttpClient.Builder builder) {
        builder.addInterceptor(this::hold);
    }

    private Response hold(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        Held held = chain.request().url().queryParameter("limit") == null ? null : next.getAndSet(null);
        if (held == null) {
            return response;
        }
        ResponseBody body = response.body();
        byte[] answer = body.bytes();
        held.read.countDown();
        try {
            held.released.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        return response.newBuilder()
                .body(ResponseBody.create(answer, body.contentType()))
                .build();
    }
}
