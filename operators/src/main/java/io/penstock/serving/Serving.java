package io.penstock.serving;

import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which version of a study's model is served, which one is to be loaded next, and which ones one
 * can go back to. Loads nothing itself.
 *
 * <p>The order of the log is the order of the versions, not their numbers: a study that is trained
 * anew counts from the beginning again. While one version is loaded only the newest of those that
 * come in meanwhile is remembered to be loaded next; all of them are kept for going back, up to a
 * number. What was refused is not kept.
 *
 * <p>After a rollback nothing newer is served, though kept, until someone asks to follow again.
 */
public final class Serving {
    /** Versions kept. */
    public static final int KEPT = 5;

    private final String study;
    private final PromotionGate gate;
    private final List<ModelUpdate> kept = new ArrayList<>();
    private @Nullable ModelUpdate served;
    private @Nullable Wanted wanted;
    private @Nullable Wanted loading;
    private @Nullable Wanted goingBack;
    private boolean pinned;
    private boolean hasGivenWay;

    /**
     * A version that is to be served.
     *
     * @param update the version
     * @param cause why, when it is not for its publication
     * @param byHand whether somebody asked for this very version, so that no gate is before it
     * @param since when it was wanted, {@link System#nanoTime}
     */
    public record Wanted(ModelUpdate update, @Nullable String cause, boolean byHand, long since) {}

    /**
     * All that has to outlive a failure.
     *
     * @param kept versions one can go back to, oldest first
     * @param served which of them is served; -1 for none
     * @param wanted which of them is to be served next; -1 for none
     * @param pinned whether it stays with what is served
     */
    record State(List<ModelUpdate> kept, int served, int wanted, boolean pinned) {
        State {
            kept = List.copyOf(kept);
            if (served < -1 || served >= kept.size() || wanted < -1 || wanted >= kept.size()) {
                throw new IllegalArgumentException(
                        "served is %d and wanted %d of %d versions"
                                .formatted(served, wanted, kept.size()));
            }
        }
    }

    /**
     * @param study the study
     * @param gate what a version has to pass
     */
    public Serving(String study, PromotionGate gate) {
        this.study = study;
        this.gate = gate;
    }

    /**
     * Goes on from a state: what was served is to be loaded first. It is let pass, as it was.
     *
     * @param state as {@link #write} made it
     * @return a version to load before any request is answered; null for none
     * @throws IOException when it is no such state
     */
    public @Nullable Wanted restore(byte[] state, long now) throws IOException {
        State restored = ServingState.read(state);
        kept.addAll(restored.kept());
        pinned = restored.pinned();
        if (restored.wanted() >= 0) {
            wanted = new Wanted(kept.get(restored.wanted()), null, pinned, now);
        }
        if (restored.served() < 0) {
            return null;
        }
        loading = new Wanted(kept.get(restored.served()), "the job was restored", true, now);
        return loading;
    }

    /** The state, to be kept in checkpoints. */
    public byte[] write() {
        return ServingState.write(state());
    }

    State state() {
        Wanted next = wanted != null ? wanted : loading;
        return new State(
                kept,
                identityIndex(served),
                identityIndex(next == null ? null : next.update()),
                isPinned());
    }

    private int identityIndex(@Nullable ModelUpdate update) {
        for (int i = 0; i < kept.size(); i++) {
            if (isSame(kept.get(i), update)) {
                return i;
            }
        }
        return -1;
    }

    /** Takes in a version that was published; those of other studies are none of its business. */
    public void published(ModelUpdate update, long now) {
        if (!update.getStudy().equals(study)) {
            return;
        }
        ModelUpdate newest = kept.isEmpty() ? null : kept.get(kept.size() - 1);
        if (newest != null
                && newest.getVersion() == update.getVersion()
                && newest.getWeightsSha256().equals(update.getWeightsSha256())) {
            return; // A compacted topic may be read twice; nothing new is said.
        }
        kept.add(update);
        if (!pinned && goingBack == null) {
            wanted = new Wanted(update, null, false, now);
        }
        forgetOldest();
    }

    private void forgetOldest() {
        Predicate<ModelUpdate> free =
                update ->
                        !isSame(update, served) && !isOf(wanted, update) && !isOf(loading, update);
        while (kept.size() > KEPT) {
            Optional<ModelUpdate> oldest = kept.stream().filter(free).findFirst();
            if (oldest.isEmpty()) {
                return;
            }
            remove(oldest.get());
        }
    }

    /** Whether they are one object: two versions of one number may differ. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(@Nullable Object one, @Nullable Object other) {
        return one == other;
    }

    private static boolean isOf(@Nullable Wanted wanted, ModelUpdate update) {
        return wanted != null && isSame(wanted.update(), update);
    }

    private void remove(ModelUpdate update) {
        kept.removeIf(each -> isSame(each, update));
    }

    /**
     * Takes in what somebody asks for; what the job itself says, and what concerns other studies,
     * is passed over.
     *
     * @return what is to be said at once; null for nothing
     */
    public ServingEvent.@Nullable Builder asked(ServingEvent event, long now) {
        if (!event.getStudy().equals(study)) {
            return null;
        }
        String by = event.getBy().isEmpty() ? "" : " by " + event.getBy();
        return switch (event.getKind()) {
            case ROLLBACK -> rollback(event.getVersion(), "rollback asked for" + by, now);
            case FOLLOW -> follow("follow asked for" + by, now);
            case SERVED, REFUSED -> null;
        };
    }

    private ServingEvent.@Nullable Builder rollback(long version, String cause, long now) {
        int to = version < 0 ? identityIndex(served) - 1 : newest(version);
        if (to < 0) {
            String what = version < 0 ? "the version before the served one" : "version " + version;
            return said(ServingEventKind.REFUSED, version)
                    .setReason(
                            "%s: %s is not kept; kept: %s"
                                    .formatted(
                                            cause,
                                            what,
                                            kept.stream().map(ModelUpdate::getVersion).toList()));
        }
        Wanted back = new Wanted(kept.get(to), cause, true, now);
        goingBack = back;
        ServingEvent.Builder said = want(back);
        if (said != null) {
            stay();
        }
        return said;
    }

    private void stay() {
        pinned = true;
        goingBack = null;
    }

    private int newest(long version) {
        for (int i = kept.size() - 1; i >= 0; i--) {
            if (kept.get(i).getVersion() == version) {
                return i;
            }
        }
        return -1;
    }

    private ServingEvent.@Nullable Builder follow(String cause, long now) {
        pinned = false;
        goingBack = null;
        return kept.isEmpty()
                ? null
                : want(new Wanted(kept.get(kept.size() - 1), cause, false, now));
    }

    /** Whatever is being loaded is not wanted any more. */
    private ServingEvent.@Nullable Builder want(Wanted next) {
        loading = null;
        if (isSame(next.update(), served)) {
            wanted = null;
            return said(ServingEventKind.SERVED, next.update().getVersion())
                    .setReason(next.cause());
        }
        wanted = next;
        return null;
    }

    /**
     * The version to load now, if nothing is being loaded; null for none. What the gate refuses is
     * passed over.
     *
     * @param said what is to be said of it is added here
     */
    public @Nullable Wanted next(List<ServingEvent.Builder> said) {
        if (loading != null) {
            return null;
        }
        while (wanted != null) {
            Wanted next = wanted;
            wanted = null;
            String refusal =
                    next.byHand() || served == null
                            ? null
                            : gate.refusal(next.update().getMetrics(), served.getMetrics());
            if (refusal == null) {
                loading = next;
                return next;
            }
            said.add(refused(next, refusal));
        }
        return null;
    }

    /** Whether a version whose loading has ended is still to be served. */
    public boolean isAwaited(Wanted loaded) {
        return isSame(loading, loaded);
    }

    /**
     * Whether a version that is loaded gives way to a newer one, so that a job that begins does not
     * answer with the oldest version of the topic while it reads on. Once at most, and while
     * nothing is served: a version that is there is better than one that may come.
     */
    public boolean givesWay(Wanted loaded) {
        if (served != null || wanted == null || hasGivenWay || loaded.byHand()) {
            return false;
        }
        hasGivenWay = true;
        loading = null;
        return true;
    }

    /** A version is served from now on. */
    public ServingEvent.Builder served(Wanted loaded, double swapMillis) {
        if (isSame(loading, loaded)) {
            loading = null;
        }
        served = loaded.update();
        if (isSame(goingBack, loaded)) {
            stay();
        }
        forgetOldest();
        return said(ServingEventKind.SERVED, loaded.update().getVersion())
                .setReason(loaded.cause())
                .setSwapMillis(swapMillis);
    }

    /** A version will not be served; what was served goes on. */
    public ServingEvent.Builder refused(Wanted loaded, String reason) {
        if (isSame(loading, loaded)) {
            loading = null;
        }
        remove(loaded.update());
        boolean goesOn = isSame(goingBack, loaded);
        if (goesOn) {
            goingBack = null; // It stays with a version only if it serves it.
        }
        boolean missedNewer = goesOn && !pinned && identityIndex(served) < kept.size() - 1;
        if ((served == null || missedNewer) && wanted == null && !kept.isEmpty()) {
            wanted =
                    new Wanted(
                            kept.get(kept.size() - 1),
                            "what was to be served was refused",
                            false,
                            loaded.since());
        }
        String cause = loaded.cause() == null ? "" : loaded.cause() + ": ";
        return said(ServingEventKind.REFUSED, loaded.update().getVersion())
                .setReason(cause + reason);
    }

    private ServingEvent.Builder said(ServingEventKind kind, long version) {
        return ServingEvent.newBuilder().setStudy(study).setKind(kind).setVersion(version);
    }

    /** Whether nothing newer is served until somebody asks to follow again. */
    public boolean isPinned() {
        return pinned || goingBack != null;
    }

    /** The versions that are kept, oldest first. */
    List<Long> versions() {
        return Collections.unmodifiableList(kept.stream().map(ModelUpdate::getVersion).toList());
    }
}
