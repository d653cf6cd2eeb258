package io.projectsveltos.clusterinventory.component.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what an {@link ApiServerListener} hears. */
final class HeardAnswers implements ApiServerListener {

    private final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void answered() {
        all.add("answered");
    }

    @Override
    public void unavailable(String reason, Duration retryAfter) {
        all.add(reason + ", after " + retryAfter.toSeconds() + " s");
    }

    List<String> all() {
        return all;
    }
}
