package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is kept of the metadata of objects that are in memory by the thousand: enough to know an object and what it is
 * labelled with, and a bounded part of what anybody may write there.
 */
public final class CompactMetadata {

    /** Characters. What is kept for controllers and people is shorter; what tools keep there for themselves is longer. */
    private static final int MAX_VALUE_LENGTH = 4 * 1024;

    /** Characters of all keys and values: some hundred labels. */
    private static final int MOST = 32 * 1024;

    private CompactMetadata() {}

    /**
     * Makes a copy without managed fields, owners and unknown fields, and without annotations and labels beyond the bounds: a
     * value of more than 4,096 characters (such as {@code kubectl.kubernetes.io/last-applied-configuration}, which is also
     * left out when it is short), and what comes after the first 32,768 characters of each.
     *
     * @param whole the metadata as it was read; not changed
     * @return the copy
     */
    public static ObjectMeta of(ObjectMeta whole) {
        ObjectMeta compact = new ObjectMeta();
        compact.setNamespace(whole.getNamespace());
        compact.setName(whole.getName());
        compact.setGenerateName(whole.getGenerateName());
        compact.setUid(whole.getUid());
        compact.setResourceVersion(whole.getResourceVersion());
        compact.setGeneration(whole.getGeneration());
        compact.setCreationTimestamp(whole.getCreationTimestamp());
        compact.setDeletionTimestamp(whole.getDeletionTimestamp());
        compact.setFinalizers(whole.getFinalizers());
        compact.setLabels(bounded(whole.getLabels()));
        compact.setAnnotations(bounded(whole.getAnnotations()));
        return compact;
    }

    private static Map<String, String> bounded(Map<String, String> all) {
        if (all == null) {
            return null;
        }
        Map<String, String> kept = new LinkedHashMap<>();
        int left = MOST;
        for (Map.Entry<String, String> entry : all.entrySet()) {
            String value = entry.getValue() == null ? "" : entry.getValue();
            boolean isLong = value.length() > MAX_VALUE_LENGTH;
            if (!isLong && !entry.getKey().equals("kubectl.kubernetes.io/last-applied-configuration")) {
                left -= entry.getKey().length() + value.length();
                if (left < 0) {
                    break;
                }
                kept.put(entry.getKey(), value);
            }
        }
        return kept;
    }
}
