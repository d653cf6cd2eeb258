package io.projectsveltos.clusterinventory.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/** The objects of the mock API server, with the rules for writing them. A stored object is never changed, only replaced. */
final class ObjectStore {

    /** Where an object is; the namespace is empty for cluster-scoped ones. */
    record Key(String resource, String namespace, String name) {
        @Override
        public String toString() {
            return resource.substring(resource.lastIndexOf('/') + 1) + " \"" + name + "\"";
        }
    }

    /** A change of an object from one state to the next; null before its creation and after its deletion. */
    record Change(long version, Key key, ObjectNode before, ObjectNode after) {}

    record Answer(int code, ObjectNode object) {}

    private static final List<String> KEPT_METADATA = List.of(
            "name", "namespace", "uid", "creationTimestamp", "generation", "deletionTimestamp", "resourceVersion");

    private final SortedMap<Key, ObjectNode> objects = new TreeMap<>(
            Comparator.comparing(Key::resource).thenComparing(Key::namespace).thenComparing(Key::name));
    private final List<Change> history = new ArrayList<>();
    private final Set<WatchStream> watches = new LinkedHashSet<>();
    private final Predicate<String> isCustomResource;
    // no object may get the version 1: an apply that carries it is one that must only create
    private long version = 1;

    ObjectStore(Predicate<String> isCustomResource) {
        this.isCustomResource = isCustomResource;
    }

    synchronized Answer handle(ApiRequest request) {
        if (request.method().equals("POST") && request.name() == null) {
            return create(request);
        }
        if (request.method().equals("GET") && request.name() == null) {
            return new Answer(200, list(request));
        }
        Key key = key(request, request.name());
        ObjectNode live = objects.get(key);
        boolean apply = request.headers().get("Content-Type").startsWith("application/apply-patch");
        if (apply && request.method().equals("PATCH") && !request.status()) {
            return apply(request, key, live);
        }
        if (live == null) {
            throw new ApiFailure(404, key + " not found");
        }
        return switch (request.method()) {
            case "GET" -> new Answer(200, live);
            case "PUT" -> update(request, key, live, request.body().deepCopy());
            case "PATCH" -> update(request, key, live, patched(request, live));
            case "DELETE" -> delete(request, key, live);
            default -> throw new ApiFailure(405, "the mock does not serve " + request.method());
        };
    }

    /** All changes so far, in order. */
    synchronized List<Change> history() {
        return List.copyOf(history);
    }

    /** All changes since the last call, in order. They are forgotten: a watch can no longer begin before them. */
    synchronized List<Change> takeHistory() {
        List<Change> all = List.copyOf(history);
        history.clear();
        return all;
    }

    /** Returns an action that brings the present objects back. It is not a change, so no watch learns of it. */
    synchronized Runnable snapshot() {
        SortedMap<Key, ObjectNode> present = new TreeMap<>(objects);
        return () -> restore(present);
    }

    private synchronized void restore(SortedMap<Key, ObjectNode> present) {
        objects.clear();
        objects.putAll(present);
        history.clear();
    }

    synchronized ObjectNode get(Key key) {
        return objects.get(key);
    }

    synchronized void watch(WatchStream watch, String since) {
        if (since.isEmpty() || since.equals("0")) {
            objects.forEach((key, object) -> watch.send(new Change(version, key, null, object)));
        } else {
            history.stream()
                    .filter(change -> change.version() > Long.parseLong(since))
                    .forEach(watch::send);
        }
        watches.add(watch);
    }

    synchronized void unwatch(WatchStream watch) {
        watches.remove(watch);
    }

    private ObjectNode list(ApiRequest request) {
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("kind", "List");
        list.put("apiVersion", request.apiVersion());
        list.putObject("metadata").put("resourceVersion", "" + version);
        ArrayNode items = list.putArray("items");
        objects.forEach((key, object) -> {
            if (request.selects(key, object)) {
                items.add(object);
                list.put("kind", object.path("kind").asText() + "List");
            }
        });
        return list;
    }

    private Answer create(ApiRequest request) {
        ObjectNode object = request.body().deepCopy();
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (!metadata.has("name") && metadata.has("generateName")) {
            String suffix = UUID.randomUUID().toString().substring(0, 5);
            metadata.put("name", metadata.get("generateName").asText() + suffix);
        }
        Key key = key(request, metadata.path("name").asText());
        checkPlace(key, metadata);
        if (key.name().isEmpty()) {
            throw new ApiFailure(422, "metadata.name: Required value: name or generateName is required");
        }
        if (objects.containsKey(key)) {
            throw new ApiFailure(409, "AlreadyExists", key + " already exists");
        }
        normalize(object);
        FieldOwnership ownership = new FieldOwnership(MissingNode.getInstance());
        ownership.update(request.fieldManager(), JsonNodeFactory.instance.objectNode(), object);
        ownership.writeTo(object);
        return insert(key, object);
    }

    private Answer apply(ApiRequest request, Key key, ObjectNode live) {
        ObjectNode applied = request.body().deepCopy();
        normalize(applied);
        JsonNode metadata = applied.path("metadata");
        checkPlace(key, metadata);
        if (live == null && metadata.has("uid")) {
            throw new ApiFailure(409, "uid mismatch: there is no " + key);
        }
        ObjectNode base = live;
        if (live == null) {
            base = JsonNodeFactory.instance.objectNode();
            base.set("apiVersion", applied.get("apiVersion"));
            base.set("kind", applied.get("kind"));
        } else {
            checkPreconditions(live, metadata, 422);
        }
        FieldOwnership ownership = new FieldOwnership(base.at("/metadata/managedFields"));
        boolean force = request.query("force").equals("true");
        ObjectNode after = ownership.apply(request.fieldManager(), force, base, applied);
        ownership.writeTo(after);
        return live == null ? insert(key, after) : replace(key, live, after);
    }

    private Answer update(ApiRequest request, Key key, ObjectNode live, ObjectNode body) {
        boolean put = request.method().equals("PUT");
        checkPlace(key, body.path("metadata"));
        checkPreconditions(live, body.path("metadata"), put ? 409 : 422);
        if (put
                && isCustomResource.test(key.resource())
                && !body.path("metadata").has("resourceVersion")) {
            throw new ApiFailure(422, "metadata.resourceVersion must be specified for an update");
        }
        ObjectNode after = request.status() ? live.deepCopy() : body;
        if (request.status() || isCustomResource.test(key.resource())) {
            JsonNode status = (request.status() ? body : live).get("status");
            if (status == null) {
                after.remove("status");
            } else {
                after.set("status", status);
            }
        }
        if (!request.status()) {
            normalize(after);
            // as on a real server, a request that contains managedFields may rewrite them
            JsonNode sent = after.at("/metadata/managedFields");
            FieldOwnership ownership = new FieldOwnership(sent.isEmpty() ? live.at("/metadata/managedFields") : sent);
            ownership.update(request.fieldManager(), live, after);
            ownership.writeTo(after);
        }
        return replace(key, live, after);
    }

    private Answer delete(ApiRequest request, Key key, ObjectNode live) {
        checkPreconditions(live, request.body().path("preconditions"), 409);
        if (live.at("/metadata/finalizers").isEmpty()) {
            record(key, live, null);
        } else if (!live.at("/metadata").has("deletionTimestamp")) {
            ObjectNode deleting = live.deepCopy();
            deleting.withObjectProperty("metadata").put("deletionTimestamp", now());
            record(key, live, deleting);
        }
        return new Answer(200, objects.getOrDefault(key, live));
    }

    private Answer insert(Key key, ObjectNode object) {
        if (isCustomResource.test(key.resource())) {
            object.remove("status");
        }
        ObjectNode metadata = object.withObjectProperty("metadata").put("name", key.name());
        if (!key.namespace().isEmpty()) {
            metadata.put("namespace", key.namespace());
        }
        metadata.put("uid", UUID.randomUUID().toString())
                .put("creationTimestamp", now())
                .put("generation", 1L);
        return new Answer(201, record(key, null, object));
    }

    private Answer replace(Key key, ObjectNode live, ObjectNode after) {
        ObjectNode metadata = after.withObjectProperty("metadata");
        metadata.remove(KEPT_METADATA);
        KEPT_METADATA.stream()
                .filter(live.get("metadata")::has)
                .forEach(field -> metadata.set(field, live.get("metadata").get(field)));
        if (after.equals(live)) {
            return new Answer(200, live);
        }
        boolean deleting = metadata.has("deletionTimestamp");
        Set<JsonNode> newFinalizers = new LinkedHashSet<>();
        metadata.path("finalizers").forEach(newFinalizers::add);
        live.at("/metadata/finalizers").forEach(newFinalizers::remove);
        if (deleting && !newFinalizers.isEmpty()) {
            throw new ApiFailure(422, "no new finalizers can be added if the object is being deleted");
        }
        if (!Objects.equals(live.get("spec"), after.get("spec"))) {
            metadata.put("generation", live.at("/metadata/generation").asLong() + 1);
        }
        if (deleting && metadata.path("finalizers").isEmpty()) {
            record(key, after, null);
            return new Answer(200, after);
        }
        return new Answer(200, record(key, live, after));
    }

    private ObjectNode record(Key key, ObjectNode before, ObjectNode after) {
        version++;
        if (after == null) {
            objects.remove(key);
        } else {
            after.withObjectProperty("metadata").put("resourceVersion", "" + version);
            objects.put(key, after);
        }
        Change change = new Change(version, key, before, after);
        history.add(change);
        watches.forEach(watch -> watch.send(change));
        return after;
    }

    private static ObjectNode patched(ApiRequest request, ObjectNode live) {
        String type = request.headers().get("Content-Type").split(";")[0];
        return switch (type) {
            case "application/merge-patch+json" -> merged(live.deepCopy(), request.body());
            case "application/json-patch+json" -> (ObjectNode) JsonPatch.apply(request.body(), live.deepCopy());
            default -> throw new ApiFailure(415, "the mock does not serve patches of type " + type);
        };
    }

    private static ObjectNode merged(ObjectNode target, JsonNode patch) {
        patch.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.remove(field.getKey());
            } else if (value.isObject()) {
                JsonNode old = target.get(field.getKey());
                target.set(field.getKey(), merged(old instanceof ObjectNode o ? o : target.objectNode(), value));
            } else {
                target.set(field.getKey(), value);
            }
        });
        return target;
    }

    private static void checkPlace(Key key, JsonNode metadata) {
        String namespace = metadata.path("namespace").asText(key.namespace());
        if (!key.name().equals(metadata.path("name").asText())
                || !key.namespace().equals(namespace)) {
            throw new ApiFailure(400, "name or namespace do not match those of the request for " + key);
        }
    }

    /** Another uid is a conflict to a PUT or DELETE, but an attempt to change what is immutable to a patch. */
    private static void checkPreconditions(ObjectNode live, JsonNode expected, int codeForUid) {
        if (differs(live, expected, "resourceVersion")) {
            throw new ApiFailure(
                    409, "the object has been modified, it is now " + live.at("/metadata/resourceVersion"));
        }
        if (differs(live, expected, "uid")) {
            throw new ApiFailure(codeForUid, "metadata.uid is " + live.at("/metadata/uid"));
        }
    }

    private static boolean differs(ObjectNode live, JsonNode expected, String field) {
        String wanted = expected.path(field).asText("");
        return !wanted.isEmpty()
                && !wanted.equals(live.get("metadata").get(field).asText());
    }

    /** Brings an object into the form in which the API server stores it. */
    private static void normalize(ObjectNode object) {
        if (object.remove("stringData") instanceof ObjectNode strings) {
            strings.properties().forEach(entry -> object.withObjectProperty("data")
                    .put(
                            entry.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(entry.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
        for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
            if (object.path("metadata").path(field).isEmpty()) {
                object.withObjectProperty("metadata").remove(field);
            }
        }
    }

    private static Key key(ApiRequest request, String name) {
        return new Key(request.resource(), Objects.toString(request.namespace(), ""), name);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
