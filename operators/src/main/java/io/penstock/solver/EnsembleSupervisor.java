package io.penstock.solver;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * Sees to it that every simulation of a plan comes to an end, by what is said of them: one that
 * failed, or that started and gave no sign of life for too long, has crashed and is asked for
 * again. One that has crashed too often is given up, and another with new parameters asked for in
 * its stead, as many as the plan has simulations. When all have finished or were given up, the
 * ensemble has ended, which is said once.
 *
 * <p>What is said twice counts once, and what an attempt says that another has followed does not
 * count, unless it finished: its time steps are as good.
 *
 * <p>State, version 2: the bytes {@code PNET}, a version byte, whether the end was announced, the
 * number of replacements, the simulations under way, and the set of those that ended in the
 * portable format of 64-bit Roaring bitmaps. Version 1 had neither replacements nor simulations.
 */
public final class EnsembleSupervisor {
    private static final int MAGIC = 0x504E4554;
    private static final int VERSION = 2;
    private static final String SILENT = "no sign of life for %d ms";

    private final RequestPlan plan;
    private final SupervisionSpec rules;
    private final Orders orders;
    private final Map<Long, Life> underWay = new TreeMap<>();
    private final Roaring64NavigableMap ended = new Roaring64NavigableMap();
    private int replaced;
    private boolean announced;
    private long running;
    private long finished;
    private long failed;
    private long retried;
    private long givenUp;

    /** What a supervisor has done. */
    public interface Orders {
        /** Asks for a simulation. */
        void request(SimulationRequest request);

        /** Tells everyone; when it happened is for whoever tells to say. */
        void tell(SimulationEvent.Builder event);
    }

    /** A simulation that has not ended. */
    private static final class Life {
        @Nullable SimulationRequest request;
        int attempt;
        int crashes;
        boolean running;
        long lastSign;
        @Nullable String crash; // That could not be seen to, for want of the request.
    }

    /**
     * @param plan the simulations
     * @param rules what it puts up with
     * @param orders carries out what it decides
     */
    public EnsembleSupervisor(RequestPlan plan, SupervisionSpec rules, Orders orders) {
        this.plan = plan;
        this.rules = rules;
        this.orders = orders;
    }

    /** Takes notice of a request of the study, whoever made it. */
    public void requested(SimulationRequest request) {
        if (ended.contains(request.getSimulation())) {
            return;
        }
        Life life = life(request.getSimulation());
        if (life.request == null || request.getAttempt() >= life.attempt) {
            life.request = request;
            life.attempt = Math.max(life.attempt, request.getAttempt());
        }
        String crash = life.crash;
        if (crash != null) {
            life.crash = null;
            crashed(request.getSimulation(), life, crash);
        }
    }

    private Life life(long simulation) {
        return underWay.computeIfAbsent(simulation, id -> new Life());
    }

    /**
     * Takes notice of an event.
     *
     * @param now wall clock, milliseconds since the epoch
     */
    public void happened(SimulationEvent event, long now) {
        long simulation = event.getSimulation();
        if (!event.getStudy().equals(plan.study()) // The topic may be that of several.
                || event.getKind() == EventKind.ENSEMBLE_FINISHED
                || ended.contains(simulation)) {
            return;
        }
        if (event.getKind() == EventKind.FINISHED) {
            finished++;
            end(simulation);
            return;
        }
        Life life = life(simulation);
        if (event.getAttempt() < life.attempt) {
            return;
        }
        life.attempt = event.getAttempt();
        life.lastSign = now;
        setRunning(life, event.getKind() != EventKind.FAILED);
        if (event.getKind() == EventKind.FAILED) {
            crashed(simulation, life, String.valueOf(event.getReason()));
        }
    }

    /**
     * Looks for simulations that have fallen silent.
     *
     * @param now wall clock, milliseconds since the epoch
     */
    public void look(long now) {
        long timeout = rules.timeout().toMillis();
        for (Map.Entry<Long, Life> entry : new ArrayList<>(underWay.entrySet())) {
            Life life = entry.getValue();
            if (life.running && now - life.lastSign > timeout) {
                setRunning(life, false);
                crashed(entry.getKey(), life, String.format(SILENT, now - life.lastSign));
            }
        }
    }

    private void setRunning(Life life, boolean now) {
        if (life.running != now) {
            life.running = now;
            running += now ? 1 : -1;
        }
    }

    private void crashed(long simulation, Life life, String reason) {
        SimulationRequest request = life.request;
        if (request == null) {
            life.crash = reason;
            return;
        }
        life.crashes++;
        failed++;
        if (life.crashes < rules.attempts()) {
            life.attempt++;
            retried++;
            orders.request(SimulationRequest.newBuilder(request).setAttempt(life.attempt).build());
        } else {
            giveUp(request, life, reason);
        }
    }

    private void giveUp(SimulationRequest request, Life life, String reason) {
        givenUp++;
        boolean replaceable = replaced < plan.simulations();
        long successor = replaceable ? (long) plan.simulations() + replaced : -1;
        if (replaceable) {
            orders.request(plan.replacement(replaced, request.getPurpose()));
            replaced++;
        }
        orders.tell(
                SimulationEvent.newBuilder()
                        .setStudy(plan.study())
                        .setKind(EventKind.FAILED)
                        .setSimulation(request.getSimulation())
                        .setAttempt(life.attempt)
                        .setPurpose(request.getPurpose())
                        .setParameters(request.getParameters())
                        .setReason(
                                "given up after " + life.crashes + " crashes; the last: " + reason)
                        .setGivenUp(true)
                        .setReplacedBy(successor));
        end(request.getSimulation());
    }

    private void end(long simulation) {
        Life life = underWay.remove(simulation);
        if (life != null) {
            setRunning(life, false);
        }
        ended.addLong(simulation);
        if (!announced && ended.getLongCardinality() >= plan.simulations() + (long) replaced) {
            announced = true;
            orders.tell(
                    SimulationEvent.newBuilder()
                            .setStudy(plan.study())
                            .setKind(EventKind.ENSEMBLE_FINISHED));
        }
    }

    /** Number of simulations that have finished or were given up. */
    public long ended() {
        return ended.getLongCardinality();
    }

    /** How far the ensemble is. */
    public EnsembleCounts counts() {
        return new EnsembleCounts(
                plan.simulations() + (long) replaced,
                running,
                ended(),
                finished,
                failed,
                retried,
                givenUp);
    }

    /** Its state. */
    public byte[] encode() throws IOException {
        ended.runOptimize();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeByte(VERSION);
            out.writeBoolean(announced);
            out.writeInt(replaced);
            out.writeInt(underWay.size());
            for (Map.Entry<Long, Life> entry : underWay.entrySet()) {
                out.writeLong(entry.getKey());
                write(entry.getValue(), out);
            }
            ended.serializePortable(out);
        }
        return bytes.toByteArray();
    }

    private static void write(Life life, DataOutputStream out) throws IOException {
        out.writeInt(life.attempt);
        out.writeInt(life.crashes);
        out.writeBoolean(life.running);
        out.writeUTF(life.crash == null ? "" : life.crash);
        byte[] request = new byte[0];
        if (life.request != null) {
            ByteBuffer encoded = SimulationRequest.getEncoder().encode(life.request);
            request = new byte[encoded.remaining()];
            encoded.get(request);
        }
        out.writeInt(request.length);
        out.write(request);
    }

    /**
     * Goes on from a state. Time does not count while nobody looked, so everything that was running
     * has just given a sign of life.
     *
     * @param now wall clock, milliseconds since the epoch
     * @throws IOException if the bytes are no state of this release or an earlier one
     */
    public void restore(byte[] state, long now) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            int magic = in.readInt();
            int version = in.readUnsignedByte();
            if (magic != MAGIC || version < 1 || version > VERSION) {
                throw new IOException(
                        String.format(
                                "state of the ensemble: magic %08x version %d; expected %08x"
                                        + " versions 1 to %d",
                                magic, version, MAGIC, VERSION));
            }
            announced = in.readBoolean();
            if (version > 1) {
                replaced = in.readInt();
                for (int left = in.readInt(); left > 0; left--) {
                    long simulation = in.readLong();
                    Life life = read(in, now);
                    running += life.running ? 1 : 0;
                    underWay.put(simulation, life);
                }
            }
            ended.deserializePortable(in);
        }
    }

    private static Life read(DataInputStream in, long now) throws IOException {
        Life life = new Life();
        life.attempt = in.readInt();
        life.crashes = in.readInt();
        life.running = in.readBoolean();
        life.lastSign = now;
        String crash = in.readUTF();
        life.crash = crash.isEmpty() ? null : crash;
        byte[] request = in.readNBytes(in.readInt());
        life.request = request.length == 0 ? null : SimulationRequest.getDecoder().decode(request);
        return life;
    }
}
