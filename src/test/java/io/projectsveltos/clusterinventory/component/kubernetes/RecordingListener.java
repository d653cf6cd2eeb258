package io.projectsveltos.clusterinventory.component.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what an {@link ApiServerListener} hears. */
final class RecordingListener implements ApiServerListener {

    private final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void onAvailable() {
        all.add("answered");
    }

    @Override
    public void onUnavailable(String reason, Duration retryAfter) {
        all.add(reason + ", after " + retryAfter.toSeconds() + " s");
    }

    List<String> all() {
        return all;
    }
}
