package io.penstock.control;

import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.schemas.ControlKind;
import io.penstock.schemas.TrainingControl;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out SAVEPOINT and STOP with Flink's REST, and says in training-controls what came of
 * them: DONE with where the savepoint lies, or FAILED with why.
 *
 * <p>Takes what is asked from its start on. Of several agents one carries a command out: each says
 * TAKEN, and whose word is the first in the log has it. Nobody does it again, whatever comes of it.
 */
public final class ControlAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlAgent.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(1);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final String name = "agent " + UUID.randomUUID();
    private final ControlTail tail;
    private final ControlProducer producer;
    private final FlinkJobs flink;
    private final ExecutorService threads;
    private final Map<String, TrainingControl> asked = new HashMap<>();
    private volatile boolean closed;

    private ControlAgent(ControlTail tail, ControlProducer producer, FlinkJobs flink) {
        this.tail = tail;
        this.producer = producer;
        this.flink = flink;
        this.threads =
                Executors.newCachedThreadPool(
                        task -> {
                            Thread thread = new Thread(task, "control-agent");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Starts an agent, which takes what is asked after this returns.
     *
     * @param kafka the brokers
     * @param topics the topics, which must exist
     * @param flink base of Flink's REST endpoint, such as {@code http://localhost:8081}
     * @param savepoints folder of savepoints as a URI; null for the cluster's default
     * @throws IOException if the brokers do not answer
     */
    public static ControlAgent start(
            KafkaCluster kafka, Topics topics, URI flink, @Nullable String savepoints)
            throws IOException {
        ControlAgent agent =
                new ControlAgent(
                        new ControlTail(kafka, topics),
                        new ControlProducer(kafka, topics.trainingControls()),
                        new FlinkJobs(flink, savepoints));
        agent.threads.execute(agent::follow);
        return agent;
    }

    private void follow() {
        try (tail) {
            while (!closed) {
                try {
                    for (TrainingControl control : tail.poll(POLL)) {
                        take(control);
                    }
                } catch (KafkaException | IOException e) {
                    if (!closed) {
                        LOG.warn("the controls could not be followed; trying again", e);
                        TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_FAULT.toMillis());
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the agent was closed", e);
        }
    }

    private void take(TrainingControl control) throws IOException {
        switch (control.getKind()) {
            case SAVEPOINT, STOP -> {
                asked.put(control.getControl(), control);
                producer.send(answer(control, ControlKind.TAKEN, null));
            }
            case TAKEN -> {
                TrainingControl command =
                        control.getShard() < 0 ? asked.remove(control.getControl()) : null;
                if (command != null && control.getBy().equals(name)) {
                    threads.execute(() -> carryOut(command));
                }
            }
            case PAUSE, RESUME, SET_LEARNING_RATE, DONE, FAILED -> {} // Not for agents.
        }
    }

    private void carryOut(TrainingControl command) {
        try {
            String job = training(command.getStudy());
            String savepoint;
            if (command.getKind() == ControlKind.SAVEPOINT) {
                savepoint = flink.savepoint(job);
            } else {
                savepoint = flink.stopDrained(job);
                stopEnsemble(command.getStudy());
            }
            say(command, ControlKind.DONE, savepoint);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("{} of {} was given up", command.getKind(), command.getStudy());
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} of {} failed", command.getKind(), command.getStudy(), e);
            say(command, ControlKind.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private String training(String study) throws IOException, InterruptedException {
        String job = "training of " + study;
        return flink.running(job)
                .orElseThrow(() -> new IOException("no job \"" + job + "\" runs on this Flink"));
    }

    /**
     * After the training, not before it: a run that follows both takes an ensemble that ends while
     * the training goes on for a failure.
     */
    private void stopEnsemble(String study) throws IOException, InterruptedException {
        var ensemble = flink.running("ensemble of " + study);
        if (ensemble.isPresent()) {
            try {
                flink.cancel(ensemble.get());
            } catch (IOException e) {
                // Whoever started it may have been quicker.
                if (flink.running("ensemble of " + study).isPresent()) {
                    throw e;
                }
            }
        }
    }

    private void say(TrainingControl command, ControlKind kind, String message) {
        try {
            producer.send(answer(command, kind, message.lines().findFirst().orElse("")));
        } catch (IOException e) {
            LOG.warn(
                    "what came of {} of {} was not said", command.getKind(), command.getStudy(), e);
        }
    }

    private TrainingControl answer(
            TrainingControl command, ControlKind kind, @Nullable String message) {
        return TrainingControl.newBuilder()
                .setStudy(command.getStudy())
                .setControl(command.getControl())
                .setKind(kind)
                .setMessage(message)
                .setBy(name)
                .setTimestampMillis(System.currentTimeMillis())
                .build();
    }

    /** Returns within seconds. A command under way is given up; what Flink does of it goes on. */
    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the agent did not end within {} s", LONGEST_CLOSE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
