package io.projectsveltos.clusterinventory.component.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reduces the metadata of objects that are in memory by the thousand: it keeps the identity of an object, and a bounded part
 * of the labels and annotations, which anybody may write.
 */
public final class CompactMetadata {

    /** Characters. Values for controllers and users are shorter; values that tools store for themselves are longer. */
    private static final int MAX_VALUE_LENGTH = 4 * 1024;

    /** Characters of all keys and values: several hundred labels. */
    private static final int MAX_TOTAL_LENGTH = 32 * 1024;

    private CompactMetadata() {}

    /**
     * A copy without managed fields, owner references and unknown fields, and without the labels and annotations that exceed
     * the limits: values of more than 4,096 characters, and everything after the first 32,768 characters of the labels and of
     * the annotations. {@code kubectl.kubernetes.io/last-applied-configuration} is never copied.
     *
     * @param whole the metadata as it was read; it is not changed
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
        int left = MAX_TOTAL_LENGTH;
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
