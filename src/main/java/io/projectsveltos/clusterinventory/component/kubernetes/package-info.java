/**
 * Camel's {@code kubernetes-custom-resources} and {@code kubernetes-secrets}, hardened, and their client. It knows nothing
 * of the controller, and nothing of work queues.
 * <ul>
 *   <li>The components are subclasses of Camel's, bound under the stock schemes: routes keep the URIs of Camel's
 *       documentation, and stay when upstream is fixed. The stock consumers go deaf after a 403 or 410 and leak their
 *       watch; the stock producer swallows conflicts and cannot apply.
 *   <li>A consumer is a fabric8 informer that never gives up. It lists again after a 410 and keeps its cache; a watch that
 *       stays away, or whose type is gone, is started again from discovery on within 20 s, because the type may come back
 *       in another version. A connection that is cut silently is noticed by pings within 30 s.
 *   <li>The answer to a write goes into the informer's store, unless the informer has seen the object change in the
 *       meantime: then its own events are the truth. The reconcile that our own write triggers would otherwise see the
 *       state before it. A store handle belongs to one start of a watch: what an ended watch still delivers has no effect,
 *       and the next one passes on differences only.
 *   <li>A single request is one attempt, without retries in the HTTP client: the queue retries with backoff and in sight.
 *   <li>The body of an apply is JSON that escapes everything but printable ASCII. The API server reads it as YAML, which
 *       changes or refuses some control characters.
 *   <li>The token file and the CA bundle of our own access are read again, at each request and at each handshake: they
 *       rotate, and nothing restarts a process that is alive but not ready.
 * </ul>
 *
 * <h2>Memory holds what is ours</h2>
 *
 * <p>What others put on their objects costs no memory here.
 * <ul>
 *   <li>Secrets and SveltosClusters are watched as {@code PartialObjectMetadata}, so their content is never in memory. Of
 *       source Secrets only the resourceVersion is kept.
 *   <li>Lists are read one object at a time while they come in.
 *   <li>Of metadata only what identifies an object is kept, with labels and annotations up to 4,096 characters a value and
 *       32,768 characters each. Managed fields are sets of paths that objects share, since thousands of objects have the
 *       same.
 * </ul>
 *
 * <h2>The write fence</h2>
 *
 * <p>Each write is checked in an okhttp network interceptor, when its connection is there and it is the next thing to go
 * out. A check further up leaves the time in okhttp's queue and of connecting. What is left is the time of one write to a
 * socket, which only the API server could close.
 */
package io.projectsveltos.clusterinventory.component.kubernetes;
