package io.projectsveltos.clusterinventory.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;

/** One watch over a WebSocket. */
final class WatchStream extends WebSocketListener {

    private final ApiRequest request;
    private final ObjectStore store;
    private WebSocket socket;

    WatchStream(ApiRequest request, ObjectStore store) {
        this.request = request;
        this.store = store;
    }

    /** Sends the change as this watch sees it: an object that leaves its selector is deleted to it. */
    void send(ObjectStore.Change change) {
        boolean was = change.before() != null && request.selects(change.key(), change.before());
        boolean is = change.after() != null && request.selects(change.key(), change.after());
        if (is) {
            send(was ? "MODIFIED" : "ADDED", change.after());
        } else if (was) {
            ObjectNode last = change.before().deepCopy();
            last.withObjectProperty("metadata").put("resourceVersion", "" + change.version());
            send("DELETED", last);
        }
    }

    private void send(String type, ObjectNode object) {
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type);
        event.set("object", request.represent(object));
        socket.send(event.toString());
    }

    @Override
    public void onOpen(WebSocket webSocket, Response response) {
        socket = webSocket;
        store.watch(this, request.query("resourceVersion"));
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
        webSocket.close(code, reason);
    }

    @Override
    public void onClosed(WebSocket webSocket, int code, String reason) {
        store.unwatch(this);
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable error, Response response) {
        store.unwatch(this);
    }
}
