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
 * Leader election by a Lease. It is entered once and, when won, kept until the process ends: a leader that cannot keep the
 * lease ends the process at once, since an orderly stop would go on writing beside the next leader.
 *
 * <p>Not by fabric8's LeaderElector: at 7.5.2 it compares the clocks of two machines, looks at its deadline only between
 * requests, gives a Lease back with the holder still in it (a merge patch without nulls), and after an unexpected
 * exception contends no more, without telling anybody.
 */
public final class LeaderElection implements Leadership, AutoCloseable {

    /** The time that a request about the lease may take, in milliseconds. */
    public static final int REQUEST_TIMEOUT_MILLIS = (int) LeaderElectionConfig.REQUEST_TIMEOUT.toMillis();

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);

    /** How long {@link #close()} waits. A lease that is not given back by then ends by itself; the stop has to be over in time. */
    private static final long CLOSE_SECONDS = LeaderElectionConfig.REQUEST_TIMEOUT.toSeconds();

    private final String name;

    /** With its namespace, for messages. */
    private final String lease;

    private final String identity;
    private final LeaseLock contender;
    private final TimeSource clock;
    private final LeaseValidity tenure;
    private final ProcessTerminator processEnd;
    private final CountDownLatch led = new CountDownLatch(1);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicBoolean lost = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "leader-election");
    private String leader = "";
    private volatile LeaseFailure failure;

    /**
     * Contends for a Lease, from {@link #start()} on.
     *
     * @param client makes the requests; it should have {@link #REQUEST_TIMEOUT_MILLIS} and no retries, and is not closed here
     * @param namespace the namespace of the Lease
     * @param name its name
     * @param host names this process to people who look at the Lease
     * @param processEnd ends this process when the lease is lost
     */
    public LeaderElection(
            KubernetesClient client, String namespace, String name, String host, ProcessTerminator processEnd) {
        this(
                LeaseClient.of(client, namespace, name),
                namespace,
                name,
                // two containers of a host network have the same name
                host + "_" + UUID.randomUUID(),
                processEnd,
                TimeSource.SYSTEM);
    }

    LeaderElection(
            LeaseClient api,
            String namespace,
            String name,
            String identity,
            ProcessTerminator processEnd,
            TimeSource clock) {
        this.name = name;
        this.lease = namespace + "/" + name;
        this.identity = identity;
        this.contender = new LeaseLock(api, namespace, name, identity, clock);
        this.clock = clock;
        this.tenure = new LeaseValidity(clock);
        this.processEnd = processEnd;
        thread.setDaemon(true);
    }

    /** Starts to contend. */
    public void start() {
        thread.start();
    }

    @Override
    public boolean isLeading() {
        return tenure.isHeld();
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
        led.await();
    }

    /** Where the answer is no of a leader that nobody has stopped, it ends the process. */
    @Override
    public boolean mayWrite() {
        if (tenure.isHeld()) {
            return true;
        }
        if (leads() && !stopping()) {
            lose("a write came more than " + LeaderElectionConfig.RENEW_DEADLINE.toSeconds()
                    + " s after the last renewal");
        }
        return false;
    }

    /** Stops contending; if this process leads, the lease is given back, and nothing is written any more. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping()) {
                step();
                stop.await(pauseMillis(), TimeUnit.MILLISECONDS);
            }
            giveBack();
        } catch (Throwable e) {
            lose("leader election failed: " + e);
        }
    }

    /** One attempt to get or keep the lease. */
    void step() {
        if (leads() && !tenure.isHeld()) {
            lose("not renewed for " + LeaderElectionConfig.RENEW_DEADLINE.toSeconds() + " s");
            return;
        }
        try {
            Moment sent = clock.moment();
            String holder = contender.contend();
            succeeded();
            if (identity.equals(holder)) {
                lead(sent);
            } else if (holder != null) {
                follow(holder);
            }
        } catch (RuntimeException e) {
            failed(LeaseFailure.of(e));
        }
    }

    private void succeeded() {
        if (failure != null) {
            LOG.info("The lease {} can be used again", lease);
        }
        failure = null;
    }

    private void failed(LeaseFailure now) {
        // once, not every two seconds for as long as it lasts
        if (failure == null || failure.isRefusal() != now.isRefusal()) {
            LOG.warn("Cannot use the lease {}, trying again: {}", lease, now.reason());
        }
        failure = now;
    }

    private void lead(Moment sent) {
        tenure.renewed(sent);
        if (!leads()) {
            LOG.info("Leading (lease {})", lease);
            led.countDown();
        }
    }

    private void follow(String holder) {
        if (leads()) {
            lose(holder + " leads now");
        } else if (!holder.equals(leader)) {
            LOG.info("Waiting to lead: {} leads (lease {})", holder, lease);
            leader = holder;
        }
    }

    private void giveBack() {
        if (!leads() || lost.get()) {
            return;
        }
        // first, so that a worker that outlived the stop of its route does not write beside the next leader
        tenure.end();
        try {
            contender.release();
        } catch (RuntimeException e) {
            LOG.warn(
                    "Cannot give back the lease {}, which ends by itself in a few seconds: {}",
                    lease,
                    LeaseFailure.of(e).reason());
        }
    }

    private void lose(String why) {
        if (lost.compareAndSet(false, true)) {
            tenure.end();
            stop.countDown();
            LOG.error("Lost the lease {}: {}; ending the process", lease, why);
            processEnd.end();
        }
    }

    private boolean leads() {
        return led.getCount() == 0;
    }

    private boolean stopping() {
        return stop.getCount() == 0;
    }

    private long pauseMillis() {
        long retry = LeaderElectionConfig.RETRY.toMillis();
        return leads()
                ? Math.min(retry, tenure.left().toMillis())
                : (long) (retry * (1 + Math.random() * LeaderElectionConfig.JITTER));
    }
}
