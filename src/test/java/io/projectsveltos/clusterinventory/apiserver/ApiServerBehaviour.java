package io.projectsveltos.clusterinventory.apiserver;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Watchable;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What this project relies on an API server for. Runs against the mock and against the real one, so that the mock cannot
 * behave differently from the real one.
 */
abstract class ApiServerBehaviour {

    record Answer(int code, JsonNode body) {
        String at(String pointer) {
            return body.at(pointer).asText(null);
        }

        String version() {
            return at("/metadata/resourceVersion");
        }

        String uid() {
            return at("/metadata/uid");
        }

        List<String> managers() {
            List<String> managers = new ArrayList<>();
            body.at("/metadata/managedFields")
                    .forEach(entry -> managers.add(entry.get("manager").asText() + " "
                            + entry.get("operation").asText()));
            return managers;
        }

        /** The fields that a manager applied; empty when there are none. */
        JsonNode applied(String manager) {
            for (JsonNode entry : body.at("/metadata/managedFields")) {
                if (entry.get("manager").asText().equals(manager)
                        && entry.get("operation").asText().equals("Apply")) {
                    return entry.get("fieldsV1");
                }
            }
            return body.path("none");
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String MERGE = "application/merge-patch+json";
    private static final String METADATA_ONLY = "application/json;as=PartialObjectMetadata%s;g=meta.k8s.io;v=v1";
    private static final String OURS = "?fieldManager=ours&force=true";

    private String namespace;
    private String secrets;
    private String secret;
    private String cluster;
    private String profile;

    abstract KubernetesClient client();

    abstract String createNamespace();

    @BeforeEach
    void givenAnEmptyNamespace() {
        namespace = createNamespace();
        secrets = "/api/v1/namespaces/" + namespace + "/secrets";
        secret = secrets + "/copy";
        cluster = "/apis/lib.projectsveltos.io/v1beta1/namespaces/" + namespace + "/sveltosclusters/spoke";
        profile = "/apis/multicluster.x-k8s.io/v1alpha1/namespaces/" + namespace + "/clusterprofiles/spoke";
    }

    @Test
    void anApplyCreatesTheObjectAndRecordsWhatItSet() {
        Answer created = apply(secret, "{metadata: {labels: {a: b}, annotations: {c: d}}, data: {kubeconfig: eA==}}");

        assertCode(201, created);
        assertEquals("b", created.at("/metadata/labels/a"));
        assertEquals("eA==", created.at("/data/kubeconfig"));
        assertEquals(List.of("ours Apply"), created.managers());
        assertEquals(
                json("{f:metadata: {f:labels: {f:a: {}}, f:annotations: {f:c: {}}}, f:data: {f:kubeconfig: {}}}"),
                created.applied("ours"));
        assertEquals("FieldsV1", created.at("/metadata/managedFields/0/fieldsType"));
        assertEquals("v1", created.at("/metadata/managedFields/0/apiVersion"));
        assertTrue(created.body().at("/metadata/managedFields/0").has("time"));
    }

    @Test
    void anApplyThatChangesNothingKeepsTheResourceVersion() {
        apply(secret, "{metadata: {labels: {a: b}}, data: {kubeconfig: eA==}}");
        Answer others = send("PATCH", secret + "?fieldManager=other", MERGE, "{metadata: {labels: {other: x}}}");

        Answer again = apply(secret, "{metadata: {labels: {a: b}}, data: {kubeconfig: eA==}}");

        assertCode(200, again);
        assertEquals(others.version(), again.version());
    }

    @Test
    void anApplyRemovesWhatItNoLongerNamesAndLeavesWhatOthersSet() {
        apply(cluster, "{metadata: {labels: {ours: a, gone: b}}, spec: {kubeconfigName: x, kubeconfigKeyName: y}}");
        send("PATCH", cluster + "?fieldManager=other", MERGE, "{metadata: {labels: {theirs: c}}}");

        Answer applied = apply(cluster, "{metadata: {labels: {ours: a}}, spec: {kubeconfigName: x}}");

        assertEquals(json("{ours: a, theirs: c}"), applied.body().at("/metadata/labels"));
        assertEquals("x", applied.at("/spec/kubeconfigName"));
        assertFalse(applied.body().get("spec").has("kubeconfigKeyName"));
    }

    @Test
    void anApplyLeavesWhatItNoLongerNamesButAnotherManagerSetToo() {
        send("POST", secrets + "?fieldManager=manager", secretYaml("{metadata: {name: copy, labels: {a: b, c: d}}}"));
        apply(secret, "{metadata: {labels: {a: b, c: d}}}");

        Answer applied = apply(secret, "{metadata: {labels: {a: b}}}");

        assertEquals("d", applied.at("/metadata/labels/c"));
        assertEquals(json("{f:metadata: {f:labels: {f:a: {}}}}"), applied.applied("ours"));
        assertEquals(List.of("ours Apply", "manager Update"), applied.managers());
    }

    @Test
    void aForcedApplyTakesFieldsOverAndAnUnforcedOneIsAConflict() {
        send("POST", secrets, secretYaml("{metadata: {name: copy, labels: {a: theirs}}}"));

        Answer unforced = apply(secret, "?fieldManager=ours", "{metadata: {labels: {a: ours}}}");
        Answer forced = apply(secret, "{metadata: {labels: {a: ours}}}");

        assertCode(409, unforced);
        assertEquals("Conflict", unforced.at("/reason"));
        assertEquals("ours", forced.at("/metadata/labels/a"));
        assertCode(200, forced);
    }

    @Test
    void anApplyWithoutANameIsRefused() {
        Answer nameless = send("PATCH", secret + OURS, APPLY, secretYaml("{metadata: {labels: {a: b}}}"));

        assertCode(400, nameless);
    }

    @Test
    void anApplyWithResourceVersion1OnlyCreates() {
        Answer created = apply(secret, "{metadata: {resourceVersion: '1'}, data: {k: eA==}}");
        Answer again = apply(secret, "{metadata: {resourceVersion: '1'}, data: {k: eA==}}");

        assertCode(201, created);
        assertCode(409, again);
        assertEquals("Conflict", again.at("/reason"));
    }

    @Test
    void anApplyWithAnotherResourceVersionIsAConflict() {
        Answer first = apply(secret, "{metadata: {labels: {a: b}}}");
        Answer second = apply(secret, "{metadata: {labels: {a: c}}}");
        String current = "{metadata: {uid: %s, resourceVersion: '%s'}}".formatted(second.uid(), second.version());

        assertCode(409, apply(secret, "{metadata: {resourceVersion: '%s'}}".formatted(first.version())));
        assertCode(200, apply(secret, current));
    }

    @Test
    void aPatchWithAnotherUidIsInvalidAndAPutAConflict() {
        Answer created = apply(secret, "{metadata: {labels: {a: b}}}");
        String other = "{metadata: {name: copy, uid: other}}";

        assertCode(422, apply(secret, other));
        assertCode(422, send("PATCH", secret, MERGE, other));
        assertCode(409, send("PUT", secret, secretYaml(other)));
        assertEquals(created.version(), get(secret).version());
    }

    @Test
    void aPutOfACustomResourceNeedsAResourceVersion() {
        Answer created = createProfile();
        ObjectNode unversioned = created.body().deepCopy();
        unversioned.withObjectProperty("metadata").remove("resourceVersion");

        assertCode(422, send("PUT", profile, unversioned.toString()));
    }

    @Test
    void anObjectForAnotherNamespaceIsRefused() {
        assertCode(400, apply(secret, "{metadata: {namespace: elsewhere}}"));
        assertCode(400, send("POST", secrets, secretYaml("{metadata: {name: copy, namespace: elsewhere}}")));
    }

    @Test
    void anApplyWithAUidDoesNotCreate() {
        assertCode(409, apply(secret, "{metadata: {uid: 6b3f8a1e-0000-4000-8000-000000000000}}"));
        assertCode(404, get(secret));
    }

    @Test
    void aWriteOfAnotherTakesTheFieldsItChangesFromOurApply() {
        apply(secret, "{metadata: {labels: {a: b, c: d}}, data: {kubeconfig: eA==, other: eA==}}");

        Answer patched = send(
                "PATCH",
                secret + "?fieldManager=other",
                MERGE,
                "{metadata: {labels: {a: changed, c: null}}, data: {other: eA==}}");

        assertEquals(json("{f:data: {f:kubeconfig: {}, f:other: {}}}"), patched.applied("ours"));
        assertEquals(json("{a: changed}"), patched.body().at("/metadata/labels"));

        Answer replaced = send("PUT", secret, secretYaml("{metadata: {name: copy}, data: {other: eA==}}"));

        assertEquals(json("{f:data: {f:other: {}}}"), replaced.applied("ours"));
        assertFalse(replaced.body().get("metadata").has("labels"));
    }

    @Test
    void aMergePatchWithAStaleResourceVersionIsAConflict() {
        Answer first = createProfile();
        Answer second = finalizers(first.version(), "example.com/a");
        Answer stale = finalizers(first.version(), "example.com/b");

        assertCode(200, second);
        assertCode(409, stale);
        assertEquals("example.com/a", get(profile).at("/metadata/finalizers/0"));
    }

    @Test
    void aPutWithAStaleResourceVersionIsAConflict() {
        Answer first = createProfile();
        finalizers(first.version(), "example.com/a");

        assertCode(409, send("PUT", profile, first.body().toString()));
    }

    @Test
    void anUnchangedWriteKeepsTheResourceVersion() {
        Answer first = createProfile();

        assertEquals(
                first.version(), send("PUT", profile, first.body().toString()).version());
    }

    @Test
    void theStatusIsWrittenThroughItsSubresourceOnly() {
        createProfile();

        send("PATCH", profile, MERGE, "{status: {accessProviders: [{name: ignored}]}}");
        assertFalse(get(profile).body().has("status"));
        send(
                "PATCH",
                profile + "/status",
                MERGE,
                "{spec: {displayName: ignored}, status: {accessProviders: [{name: a}]}}");
        send("PATCH", profile, MERGE, "{spec: {displayName: Spoke}}");

        assertEquals("a", get(profile).at("/status/accessProviders/0/name"));
        assertEquals("Spoke", get(profile).at("/spec/displayName"));
        assertEquals("2", get(profile).at("/metadata/generation"));
    }

    @Test
    void aDeleteWithAnotherUidIsAConflict() {
        Answer created = apply(secret, "{data: {k: eA==}}");

        assertCode(409, delete(secret, "other"));
        assertCode(200, get(secret));
        assertCode(200, delete(secret, created.uid()));
        assertCode(404, get(secret));
        assertCode(404, delete(secret, created.uid()));
    }

    @Test
    void anObjectWithFinalizersGoesWithItsLastFinalizer() {
        Answer created = createProfile();
        finalizers(created.version(), "example.com/a, example.com/b");

        delete(profile, created.uid());
        Answer deleting = get(profile);
        assertTrue(deleting.body().get("metadata").has("deletionTimestamp"));
        assertCode(422, finalizers(deleting.version(), "example.com/a, example.com/b, example.com/c"));

        assertCode(200, finalizers(deleting.version(), "example.com/b"));
        assertCode(200, get(profile));
        assertCode(200, finalizers(get(profile).version(), ""));
        assertCode(404, get(profile));
    }

    @Test
    void creatingWhatExistsIsAConflict() {
        createProfile();

        Answer again = createProfile();

        assertCode(409, again);
        assertEquals("AlreadyExists", again.at("/reason"));
    }

    @Test
    void aWatchSeesEveryKindOfWrite() {
        List<String> events = watch(client().secrets().inNamespace(namespace), 5, () -> {
            Answer created = apply(secret, "{metadata: {labels: {a: '1'}, finalizers: [example.com/a]}}");
            apply(secret, "{metadata: {labels: {a: '2'}, finalizers: [example.com/a]}}");
            send("PATCH", secret, MERGE, "{metadata: {labels: {a: '3'}}}");
            delete(secret, created.uid());
            send("PATCH", secret, MERGE, "{metadata: {finalizers: null}}");
        });

        assertEquals(List.of("ADDED 1", "MODIFIED 2", "MODIFIED 3", "MODIFIED 3", "DELETED 3"), events);
    }

    @Test
    void aWatchOfAllNamespacesFollowsItsLabelSelector() {
        String other = "/api/v1/namespaces/" + createNamespace() + "/secrets/copy";
        var ours = client().secrets().inAnyNamespace().withLabel("managed-by", namespace);

        List<String> events = watch(ours, 3, () -> {
            apply(secret, "{metadata: {labels: {managed-by: somebody, a: '1'}}}");
            apply(other, "{metadata: {labels: {managed-by: %s, a: '2'}}}".formatted(namespace));
            apply(secret, "{metadata: {labels: {managed-by: %s, a: '3'}}}".formatted(namespace));
            apply(secret, "{metadata: {labels: {a: '4'}}}");
        });

        assertEquals(List.of("ADDED 2", "ADDED 3", "DELETED 3"), events);
    }

    @Test
    void aWatchGoesOnWhereTheListEnded() {
        apply(secret, "{metadata: {labels: {a: '1'}}}");
        String listed = get(secrets).version();
        apply(secret, "{metadata: {labels: {a: '2'}}}");

        List<String> events = watch(client().secrets().inNamespace(namespace).withResourceVersion(listed), 1, () -> {});

        assertEquals(List.of("MODIFIED 2"), events);
    }

    @Test
    void anInformerFollowsCustomResourcesByName() {
        createProfile();
        try (var informer = client().genericKubernetesResources(ResourceTypes.CLUSTER_PROFILES)
                .inNamespace(namespace)
                .withName("spoke")
                .inform()) {
            assertEquals(1, informer.getStore().list().size());

            delete(profile, get(profile).uid());

            await().until(() -> informer.getStore().list().isEmpty());
        }
    }

    @Test
    void listsFollowNamespaceAndLabelSelector() {
        apply(secret, "{metadata: {labels: {managed-by: us}}}");
        apply(secrets + "/other", "{metadata: {labels: {managed-by: them}}}");

        Answer all = get(secrets);
        assertEquals(2, all.body().get("items").size());
        assertEquals("SecretList", all.at("/kind"));
        assertEquals("copy", get(secrets + "?labelSelector=managed-by%3Dus").at("/items/0/metadata/name"));
        assertEquals("other", get(secrets + "?labelSelector=managed-by!%3Dus").at("/items/0/metadata/name"));
        assertEquals(
                2,
                get(secrets + "?labelSelector=managed-by").body().get("items").size());
        assertEquals(
                0,
                get(secrets + "?labelSelector=!managed-by").body().get("items").size());
        assertEquals(
                "other", get(secrets + "?fieldSelector=metadata.name%3Dother").at("/items/0/metadata/name"));
    }

    @Test
    void metadataAloneIsReadOnDemand() {
        apply(secret, "{metadata: {labels: {a: b}}, data: {k: eA==}}");

        Answer list = send("GET", secrets, null, null, METADATA_ONLY.formatted("List"));
        Answer one = send("GET", secret, null, null, METADATA_ONLY.formatted(""));
        Answer patched = send("PATCH", secret, MERGE, "{metadata: {labels: {a: c}}}", METADATA_ONLY.formatted(""));

        assertEquals("PartialObjectMetadataList", list.at("/kind"));
        assertEquals("b", list.at("/items/0/metadata/labels/a"));
        assertFalse(list.body().at("/items/0").has("data"));
        assertEquals("PartialObjectMetadata", one.at("/kind"));
        assertFalse(one.body().has("data"));
        assertEquals("c", patched.at("/metadata/labels/a"));
    }

    @Test
    void metadataAloneIsWatchedOnDemand() {
        List<String> events = new CopyOnWriteArrayList<>();
        URI watch = URI.create(client().getMasterUrl().toString()).resolve(secrets + "?watch=true");
        WebSocket socket = client().getHttpClient()
                .newWebSocketBuilder()
                .uri(watch)
                .header("Accept", METADATA_ONLY.formatted(""))
                .header("Origin", client().getMasterUrl().toString())
                .buildAsync(new WebSocket.Listener() {
                    @Override
                    public void onMessage(WebSocket webSocket, String text) {
                        events.add(text);
                        webSocket.request();
                    }
                })
                .join();

        apply(secret, "{metadata: {labels: {a: b}}, data: {k: eA==}}");
        await().until(() -> !events.isEmpty());
        socket.sendClose(1000, null);

        assertEquals(
                "PartialObjectMetadata",
                read(JSON, events.get(0)).at("/object/kind").asText());
        assertEquals(
                "b", read(JSON, events.get(0)).at("/object/metadata/labels/a").asText());
        assertFalse(events.get(0).contains("eA=="));
    }

    @Test
    void takesEvents() {
        Answer created =
                send("POST", "/apis/events.k8s.io/v1/namespaces/" + namespace + "/events", """
                {apiVersion: events.k8s.io/v1, kind: Event, metadata: {generateName: spoke-},
                 eventTime: '2026-01-01T00:00:00.000000Z', type: Warning, reason: NotOwned, action: Reconcile,
                 note: from another controller, reportingController: clusterinventory, reportingInstance: pod,
                 regarding: {kind: ClusterProfile, name: spoke, namespace: %s}}
                """.formatted(namespace));

        assertCode(201, created);
        assertTrue(created.at("/metadata/name").startsWith("spoke-"));
        assertEquals(
                "NotOwned",
                client().events()
                        .v1()
                        .events()
                        .inNamespace(namespace)
                        .list()
                        .getItems()
                        .get(0)
                        .getReason());
    }

    @Test
    void listsTheVersionsThatItServes() {
        assertEquals("v1alpha1", get("/apis/multicluster.x-k8s.io").at("/versions/0/version"));
        assertEquals("v1beta1", get("/apis/lib.projectsveltos.io").at("/preferredVersion/version"));
        assertEquals("APIGroup", get("/apis/lib.projectsveltos.io").at("/kind"));
        assertEquals(
                "clusterprofiles", get("/apis/multicluster.x-k8s.io/v1alpha1").at("/resources/0/name"));
        assertCode(404, get("/apis/nobody.example.com"));
    }

    @Test
    void theFabric8ClientReadsWritesAndDeletes() {
        createProfile();
        var profiles = client().genericKubernetesResources("multicluster.x-k8s.io/v1alpha1", "ClusterProfile")
                .inNamespace(namespace);

        profiles.withName("spoke").edit(found -> {
            found.getMetadata().setLabels(Map.of("a", "b"));
            return found;
        });
        assertEquals(
                "b", profiles.withName("spoke").get().getMetadata().getLabels().get("a"));

        profiles.withName("spoke").delete();
        assertNull(profiles.withName("spoke").get());
        assertThrows(KubernetesClientException.class, () -> profiles.withName("spoke")
                .edit(found -> found));
    }

    @Test
    void stringDataOfASecretBecomesData() {
        Answer created = send("POST", secrets, secretYaml("{metadata: {name: copy}, stringData: {k: x}}"));

        assertEquals("eA==", created.at("/data/k"));
        assertFalse(created.body().has("stringData"));
        assertNotEquals("", created.uid());
    }

    private Answer createProfile() {
        return send("POST", profile.substring(0, profile.lastIndexOf('/')), """
                {apiVersion: multicluster.x-k8s.io/v1alpha1, kind: ClusterProfile, metadata: {name: spoke},
                 spec: {clusterManager: {name: ocm}}, status: {accessProviders: [{name: dropped}]}}
                """);
    }

    private Answer finalizers(String resourceVersion, String finalizers) {
        return send(
                "PATCH",
                profile,
                MERGE,
                "{metadata: {resourceVersion: '%s', finalizers: [%s]}}".formatted(resourceVersion, finalizers));
    }

    private Answer apply(String path, String yaml) {
        return apply(path, OURS, yaml);
    }

    private Answer apply(String path, String query, String yaml) {
        ObjectNode object = json("{apiVersion: v1, kind: Secret}").deepCopy();
        if (path.equals(cluster)) {
            object.put("apiVersion", "lib.projectsveltos.io/v1beta1").put("kind", "SveltosCluster");
        }
        object.setAll((ObjectNode) json(yaml));
        object.withObjectProperty("metadata").put("name", path.substring(path.lastIndexOf('/') + 1));
        return send("PATCH", path + query, APPLY, object.toString());
    }

    private Answer delete(String path, String uid) {
        return send("DELETE", path, "{preconditions: {uid: %s}}".formatted(uid));
    }

    private Answer get(String path) {
        return send("GET", path, null, null);
    }

    private Answer send(String method, String path, String yaml) {
        return send(method, path, "application/json", yaml);
    }

    private Answer send(String method, String path, String contentType, String yaml) {
        return send(method, path, contentType, yaml, "application/json");
    }

    private Answer send(String method, String path, String contentType, String yaml, String accept) {
        HttpRequest.Builder request = client().getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client().getMasterUrl().toString()).resolve(path))
                .header("Accept", accept);
        if (yaml == null) {
            request.method(method, null, null);
        } else {
            request.method(method, contentType, json(yaml).toString());
        }
        HttpResponse<String> response = client().getHttpClient()
                .sendAsync(request.build(), String.class)
                .join();
        return new Answer(response.code(), read(JSON, response.body()));
    }

    private static void assertCode(int expected, Answer answer) {
        assertEquals(expected, answer.code(), () -> answer.body().toString());
    }

    private static String secretYaml(String yaml) {
        return "{apiVersion: v1, kind: Secret, " + yaml.substring(1);
    }

    private static JsonNode json(String yaml) {
        return read(YAML, yaml);
    }

    private static JsonNode read(ObjectMapper mapper, String text) {
        try {
            return mapper.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }

    /** What a watch sees while the writes are made, each event with the value of the label a. */
    private static List<String> watch(Watchable<Secret> secrets, int count, Runnable writes) {
        List<String> events = new CopyOnWriteArrayList<>();
        Watch watch = secrets.watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Secret secret) {
                events.add(action + " " + secret.getMetadata().getLabels().get("a"));
            }

            @Override
            public void onClose(WatcherException cause) {
                events.add("closed: " + cause.getMessage());
            }
        });
        try {
            writes.run();
            await().until(() -> events.size() >= count);
        } finally {
            watch.close();
        }
        return events;
    }
}
