package io.projectsveltos.clusterinventory.leaderelection;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.projectsveltos.clusterinventory.leaderelection.TimeSource.Moment;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leader election with a Lease. It is entered once and, when won, kept until the process ends: a leader that cannot renew
 * the lease terminates the process immediately, because an orderly stop would still write while the next leader is at work.
 *
 * <p>fabric8's LeaderElector is not used: as of 7.5.2 it compares the clocks of two machines, checks its deadline only
 * between requests, releases a Lease with the holder still in it (a merge patch without nulls), and silently stops
 * competing after an unexpected exception.
 */
public final class LeaderElection implements Leadership, AutoCloseable {

    /** How long a request about the lease may take, in milliseconds. */
    public static final int REQUEST_TIMEOUT_MILLIS = (int) LeaderElectionConfig.REQUEST_TIMEOUT.toMillis();

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);

    /** How long {@link #close()} waits. A lease that is not released by then expires; the stop must not take longer. */
    private static final long CLOSE_TIMEOUT_MILLIS = REQUEST_TIMEOUT_MILLIS;

    private final String name;

    /** With its namespace, for messages. */
    private final String lease;

    private final String identity;
    private final LeaseLock leaseLock;
    private final TimeSource clock;
    private final LeaseValidity validity;
    private final ProcessTerminator processTerminator;
    private final CountDownLatch elected = new CountDownLatch(1);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicBoolean lost = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "leader-election");
    private String leader = "";
    private volatile LeaseFailure failure;

    /**
     * @param client makes the requests, with {@link #REQUEST_TIMEOUT_MILLIS} and without retries; not closed here
     * @param namespace the namespace of the Lease
     * @param name the name of the Lease
     * @param host identifies this process to people who look at the Lease
     * @param processTerminator terminates this process when the lease is lost
     */
    public LeaderElection(
            KubernetesClient client, String namespace, String name, String host, ProcessTerminator processTerminator) {
        this(
                LeaseClient.of(client, namespace, name),
                namespace,
                name,
                // two containers in the host network have the same name
                host + "_" + UUID.randomUUID(),
                processTerminator,
                TimeSource.SYSTEM);
    }

    LeaderElection(
            LeaseClient client,
            String namespace,
            String name,
            String identity,
            ProcessTerminator processTerminator,
            TimeSource clock) {
        this.name = name;
        this.lease = namespace + "/" + name;
        this.identity = identity;
        this.leaseLock = new LeaseLock(client, namespace, name, identity, clock);
        this.clock = clock;
        this.validity = new LeaseValidity(clock);
        this.processTerminator = processTerminator;
        thread.setDaemon(true);
    }

    /** Starts to compete for the lease. */
    public void start() {
        thread.start();
    }

    @Override
    public boolean isLeader() {
        return validity.isValid();
    }

    @Override
    public String lease() {
        return name;
    }

    @Override
    public Optional<String> refusal() {
        return Optional.ofNullable(failure)
                .filter(LeaseFailure::isRefusal)
                .map(refused -> "Cannot use the lease " + lease + ": " + refused.reason());
    }

    @Override
    public void await() throws InterruptedException {
        elected.await();
    }

    /** If this replica was the leader and is not shutting down, a negative answer terminates the process. */
    @Override
    public boolean mayWrite() {
        if (validity.isValid()) {
            return true;
        }
        if (isElected() && !isStopping()) {
            abort("a write came more than " + LeaderElectionConfig.RENEW_DEADLINE.toSeconds()
                    + "s after the last renewal");
        }
        return false;
    }

    /** Stops competing. A leader releases the lease, and no write is allowed any more. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!isStopping()) {
                tryAcquireOrRenew();
                stop.await(pauseMillis(), TimeUnit.MILLISECONDS);
            }
            release();
        } catch (Throwable e) {
            abort("leader election failed: " + e);
        }
    }

    /** One attempt to acquire or renew the lease. */
    void tryAcquireOrRenew() {
        if (isElected() && !validity.isValid()) {
            abort("not renewed for " + LeaderElectionConfig.RENEW_DEADLINE.toSeconds() + "s");
            return;
        }
        try {
            Moment sent = clock.moment();
            String holder = leaseLock.tryAcquireOrRenew();
            reachable();
            if (identity.equals(holder)) {
                onLeading(sent);
            } else if (holder != null) {
                onNewLeader(holder);
            }
        } catch (RuntimeException e) {
            unreachable(LeaseFailure.of(e));
        }
    }

    private void reachable() {
        if (failure != null) {
            LOG.info("The lease {} is usable again", lease);
        }
        failure = null;
    }

    private void unreachable(LeaseFailure now) {
        // once, not every two seconds for as long as it lasts
        if (failure == null || failure.isRefusal() != now.isRefusal()) {
            LOG.warn("Cannot use the lease {}, retrying: {}", lease, now.reason());
        }
        failure = now;
    }

    private void onLeading(Moment sent) {
        validity.renewedAt(sent);
        if (!isElected()) {
            LOG.info("Became leader (lease {})", lease);
            elected.countDown();
        }
    }

    private void onNewLeader(String holder) {
        if (isElected()) {
            abort(holder + " holds it now");
        } else if (!holder.equals(leader)) {
            LOG.info("Standing by: {} holds lease {}", holder, lease);
            leader = holder;
        }
    }

    private void release() {
        if (!isElected() || lost.get()) {
            return;
        }
        // first, so that a worker that outlives the stop of its route does not write next to the new leader
        validity.revoke();
        try {
            leaseLock.release();
        } catch (RuntimeException e) {
            LOG.warn(
                    "Cannot release the lease {}, which expires in a few seconds: {}",
                    lease,
                    LeaseFailure.of(e).reason());
        }
    }

    private void abort(String why) {
        if (lost.compareAndSet(false, true)) {
            validity.revoke();
            stop.countDown();
            LOG.error("Lost the lease {}: {}; terminating the process", lease, why);
            processTerminator.terminate();
        }
    }

    private boolean isElected() {
        return elected.getCount() == 0;
    }

    private boolean isStopping() {
        return stop.getCount() == 0;
    }

    private long pauseMillis() {
        long retry = LeaderElectionConfig.RETRY_PERIOD.toMillis();
        return isElected()
                ? Math.min(retry, validity.remaining().toMillis())
                : (long) (retry * (1 + Math.random() * LeaderElectionConfig.JITTER_FACTOR));
    }
}
