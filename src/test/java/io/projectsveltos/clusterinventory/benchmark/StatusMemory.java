package io.projectsveltos.clusterinventory.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.projectsveltos.clusterinventory.component.kubernetes.FilledStore;
import io.projectsveltos.clusterinventory.component.kubernetes.InformerStore;
import io.projectsveltos.clusterinventory.component.kubernetes.Informers;
import io.projectsveltos.clusterinventory.component.kubernetes.Json;
import io.projectsveltos.clusterinventory.component.kubernetes.PartialObjectMetadata;
import io.projectsveltos.clusterinventory.sveltos.SveltosCluster;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * What the status of 10,000 SveltosClusters costs: the heap that the informer's store keeps of each object, and what it takes
 * to read one. Run its main method with {@code -Xmx512m -XX:+UseSerialGC}.
 */
public final class StatusMemory {

    private static final int CLUSTERS = 10_000;
    private static final int WARM_UP = 3;
    private static final ObjectMapper MAPPER = Json.newMapper();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final String METADATA = """
            "metadata": {"name": "cluster-%1$d", "namespace": "fleet", "uid": "0f0f0f0f-0000-4000-8000-0000000%1$05d",
              "resourceVersion": "%1$d", "generation": 1, "creationTimestamp": "2026-11-01T00:00:00Z",
              "labels": {"clusterinventory.projectsveltos.io/managed-by": "clusterinventory-controller", "env": "prod",
                "region": "eu-1", "projectsveltos.io/k8s-version": "v1.36.3", "sveltos-agent": "present"},
              "annotations": {"clusterinventory.projectsveltos.io/display-name": "Cluster %1$d"},
              "managedFields": [
                {"manager": "clusterinventory-camel", "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1": {
                  "f:metadata": {"f:annotations": {"f:clusterinventory.projectsveltos.io/display-name": {}}, "f:labels": {
                    "f:clusterinventory.projectsveltos.io/managed-by": {}, "f:env": {}, "f:region": {}}},
                  "f:spec": {"f:kubeconfigKeyName": {}, "f:kubeconfigName": {}}}},
                {"manager": "manager", "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": {
                  "f:labels": {"f:projectsveltos.io/k8s-version": {}, "f:sveltos-agent": {}}}}},
                {"manager": "manager", "operation": "Update", "subresource": "status", "fieldsType": "FieldsV1",
                  "fieldsV1": {"f:status": {"f:connectionStatus": {}, "f:ready": {}, "f:version": {}}}}]}
            """;
    private static final String CONTENT = """
            "spec": {"kubeconfigKeyName": "kubeconfig", "kubeconfigName": "cluster-%1$d-sveltos-kubeconfig",
              "consecutiveFailureThreshold": 3, "pullMode": false},
            "status": {"connectionFailures": 0, "ready": true, "version": "v1.36.3", %2$s}
            """;
    private static final String HEALTHY = "\"connectionStatus\": \"Healthy\"";
    private static final String DOWN = "\"connectionStatus\": \"Down\", \"failureMessage\": \"Get"
            + " \\\"https://10.0.0.1:6443/version?timeout=32s\\\": dial tcp 10.0.0.1:6443: i/o timeout\"";

    private StatusMemory() {}

    /**
     * Measures and prints a table.
     *
     * @param args none
     * @throws IOException never
     */
    public static void main(String[] args) throws IOException {
        measure("metadata only", PartialObjectMetadata.class, StatusMemory::metadata);
        measure("status, healthy", SveltosCluster.class, number -> whole(number, HEALTHY));
        measure("status, all down", SveltosCluster.class, number -> whole(number, DOWN));
    }

    private static String metadata(int number) {
        return "{\"kind\": \"PartialObjectMetadata\", \"apiVersion\": \"meta.k8s.io/v1\", " + METADATA.formatted(number)
                + "}";
    }

    private static String whole(int number, String status) {
        return "{\"kind\": \"SveltosCluster\", \"apiVersion\": \"lib.projectsveltos.io/v1beta1\", "
                + METADATA.formatted(number) + ", " + CONTENT.formatted(number, status) + "}";
    }

    private static void measure(String what, Class<? extends PartialObjectMetadata> type, IntFunction<String> json)
            throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            fill(type, json);
        }
        long before = heap();
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> store = fill(type, json);
        long kept = heap() - before;
        String text = json.apply(CLUSTERS);
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < CLUSTERS; i++) {
            MAPPER.readValue(text, type);
        }
        System.out.printf(
                Locale.ROOT,
                "%-16s %5d objects, kept %5d bytes each, read %5d bytes in %4.1f us and %6d bytes allocated%n",
                what,
                store.keys().size(),
                kept / CLUSTERS,
                text.length(),
                (THREADS.getCurrentThreadCpuTime() - cpu) / 1_000.0 / CLUSTERS,
                (THREADS.getCurrentThreadAllocatedBytes() - allocated) / CLUSTERS);
    }

    private static InformerStore<PartialObjectMetadata, PartialObjectMetadata> fill(
            Class<? extends PartialObjectMetadata> type, IntFunction<String> json) throws IOException {
        InformerStore<PartialObjectMetadata, PartialObjectMetadata> store = FilledStore.of();
        for (int i = 0; i < CLUSTERS; i++) {
            Informers.put(store, MAPPER.readValue(json.apply(i), type));
        }
        return store;
    }

    private static long heap() {
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
