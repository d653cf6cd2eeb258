/**
 * Camel's {@code kubernetes-custom-resources} and {@code kubernetes-secrets}, hardened, and their client. It does not
 * depend on the controller or on work queues.
 * <ul>
 *   <li>The components are subclasses of Camel's, bound under the stock schemes: routes keep the URIs of Camel's
 *       documentation, and need not change once upstream is fixed. The stock consumers stop receiving events after a 403 or
 *       410 and leak their watch; the stock producer swallows conflicts and cannot apply.
 *   <li>A consumer is a fabric8 informer that never gives up. It lists again after a 410 and keeps its cache; a watch that
 *       does not come back, or whose type is gone, is restarted within 20 s, beginning with discovery, because the type may
 *       be served in another version by then. Pings detect a connection that was cut silently within 30 s.
 *   <li>The response to a write goes into the informer's store, unless the informer has seen a change of the object in the
 *       meantime: then its own events are newer. Otherwise the reconcile that our own write triggers would see the state
 *       before the write. An event that arrives during a write of the same object waits up to 100 ms for the response: it is
 *       almost always the event of this write, and not a change then.
 *   <li>A store writer belongs to one run of a watch: events that arrive after the run has ended have no effect, and the
 *       next run passes on only the differences.
 *   <li>A single request is one attempt, without retries in the HTTP client: the queue retries with backoff, and its
 *       retries are logged and counted. It is sent on the thread of the caller, which waits for the response anyway: handing
 *       it to a thread of fabric8 costs more than the request itself.
 *   <li>The body of an apply is JSON that escapes everything but printable ASCII. The API server reads it as YAML, which
 *       changes or refuses some control characters.
 *   <li>The controller's own token file is read for each request, and its CA bundle at each handshake: they rotate, and
 *       nothing restarts a process that is alive but not ready.
 * </ul>
 *
 * <h2>Memory</h2>
 *
 * <p>The content of objects that the controller does not manage takes no memory.
 * <ul>
 *   <li>Secrets and SveltosClusters are watched as {@code PartialObjectMetadata}, so their content is never in memory. A
 *       subclass, as for SveltosClusters with their status, skips what it does not keep while it is read. Only
 *       the resourceVersion of source Secrets is kept.
 *   <li>Lists are read one object at a time while they are received.
 *   <li>Only the metadata that identifies an object is kept, with labels and annotations of at most 4,096 characters per
 *       value and 32,768 characters in total each. Managed fields are kept as sets of paths, which objects with the same
 *       paths share.
 * </ul>
 *
 * <h2>The write fence</h2>
 *
 * <p>Each write is checked in an okhttp network interceptor, when the connection is established and the request is about to
 * be sent. An earlier check would not cover the time in okhttp's queue and the time to connect. The remaining gap is the
 * time of one write to a socket, which only the API server could close.
 */
package io.projectsveltos.clusterinventory.component.kubernetes;
