package io.projectsveltos.clusterinventory.component.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records what an {@link ApiServerListener} is notified of. */
final class RecordingListener implements ApiServerListener {

    private final List<String> outcomes = new CopyOnWriteArrayList<>();

    @Override
    public void onAvailable() {
        outcomes.add("available");
    }

    @Override
    public void onUnavailable(String reason, Duration retryAfter) {
        outcomes.add(reason + ", after " + retryAfter.toSeconds() + " s");
    }

    List<String> outcomes() {
        return outcomes;
    }
}
