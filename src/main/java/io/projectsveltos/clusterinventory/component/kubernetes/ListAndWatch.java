package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListMetaBuilder;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.dsl.internal.AbstractWatchManager;
import io.fabric8.kubernetes.client.informers.impl.ListerWatcher;
import java.util.concurrent.CompletableFuture;

/**
 * The ListerWatcher of an informer: watches with fabric8, and lists with {@link ListClient}, because fabric8 reads a whole
 * page into memory before it parses it.
 *
 * @param watches fabric8's operation, for the watches
 * @param lists the client for the lists
 * @param query which objects to list
 * @param <T> the objects
 */
record ListAndWatch<T extends HasMetadata>(
        ListerWatcher<T, KubernetesResourceList<T>> watches, ListClient<T> lists, ListClient.Query query)
        implements ListerWatcher<T, KubernetesResourceList<T>> {

    @Override
    public CompletableFuture<KubernetesResourceList<T>> submitList(ListOptions options) {
        return lists.pageAsync(new ListClient.Query(
                        query.namespace(),
                        query.labelSelector(),
                        query.fieldSelector(),
                        query.limit(),
                        options.getContinue()))
                .thenApply(ListAndWatch::list);
    }

    private static <T extends HasMetadata> KubernetesResourceList<T> list(ListReader.Page<T> page) {
        DefaultKubernetesResourceList<T> list = new DefaultKubernetesResourceList<>();
        list.setItems(page.items());
        list.setMetadata(new ListMetaBuilder()
                .withResourceVersion(page.resourceVersion())
                .withContinue(page.continueToken())
                .build());
        return list;
    }

    @Override
    public CompletableFuture<AbstractWatchManager<T>> submitWatch(ListOptions options, Watcher<T> watcher) {
        return watches.submitWatch(options, watcher);
    }

    @Override
    public Long getLimit() {
        return query.limit();
    }

    @Override
    public int getWatchReconnectInterval() {
        return watches.getWatchReconnectInterval();
    }

    @Override
    public String getApiEndpointPath() {
        return watches.getApiEndpointPath();
    }

    @Override
    public Config getConfig() {
        return watches.getConfig();
    }
}
