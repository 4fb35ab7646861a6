package io.penstock.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServingTest {
    private final Serving serving = new Serving(Versions.STUDY, PromotionGate.DEFAULT);
    private final List<ServingEvent.Builder> said = new ArrayList<>();

    private void publish(ModelUpdate update) {
        serving.published(update, 0);
    }

    private Serving.Wanted next() {
        return Objects.requireNonNull(serving.next(said), "nothing is to be loaded");
    }

    private void serveNext(long version) {
        Serving.Wanted next = next();
        assertThat(next.update().getVersion()).isEqualTo(version);
        ServingEvent.Builder event = serving.served(next, 1);
        assertThat(event.getKind()).isEqualTo(ServingEventKind.SERVED);
        assertThat(event.getVersion()).isEqualTo(version);
    }

    private void serve(long... versions) {
        for (long version : versions) {
            publish(Versions.update(version));
            serveNext(version);
        }
    }

    private ServingEvent.@Nullable Builder ask(ServingEventKind kind, long version) {
        return serving.asked(
                ServingEvent.newBuilder()
                        .setStudy(Versions.STUDY)
                        .setKind(kind)
                        .setVersion(version)
                        .setBy("me")
                        .setTimestampMillis(0)
                        .build(),
                0);
    }

    private static ServingEvent.Builder said(ServingEvent.@Nullable Builder event) {
        return Objects.requireNonNull(event, "nothing was said");
    }

    @Test
    void servesWhatWasPublishedInTheOrderOfTheLog() {
        serve(1, 2, 3);
        assertThat(serving.next(said)).isNull();
    }

    @Test
    void aStudyTrainedAnewCountsFromTheBeginning() {
        serve(40, 1);
        assertThat(serving.versions()).containsExactly(40L, 1L);
    }

    @Test
    void ofThoseThatComeWhileOneIsLoadedTheNewestIsNext() {
        publish(Versions.update(1));
        Serving.Wanted first = next();
        publish(Versions.update(2));
        publish(Versions.update(3));
        assertThat(serving.next(said)).isNull();
        assertThat(serving.isAwaited(first)).isTrue();
        serving.served(first, 1);
        serveNext(3);
        assertThat(serving.versions()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void theFirstToBeLoadedGivesWayOnceToANewerOneAndNoneLater() {
        publish(Versions.update(1));
        Serving.Wanted first = next();
        assertThat(serving.givesWay(first)).isFalse();
        publish(Versions.update(2));
        publish(Versions.update(3));
        assertThat(serving.givesWay(first)).isTrue();
        Serving.Wanted third = next();
        assertThat(third.update().getVersion()).isEqualTo(3);
        publish(Versions.update(4));
        assertThat(serving.givesWay(third)).isFalse();
        serving.served(third, 1);
        Serving.Wanted fourth = next();
        publish(Versions.update(5));
        assertThat(serving.givesWay(fourth)).isFalse();
    }

    @Test
    void keepsTheNewestFewAndWhatIsServed() {
        serve(1);
        ask(ServingEventKind.ROLLBACK, 1);
        for (int version = 2; version < 12; version++) {
            publish(Versions.update(version));
        }
        assertThat(serving.versions()).containsExactly(1L, 8L, 9L, 10L, 11L);
    }

    @Test
    void passesOverOtherStudiesAndRepetitions() {
        ModelUpdate foreign = Versions.update(9);
        foreign.setStudy("another");
        publish(foreign);
        assertThat(serving.next(said)).isNull();
        serve(1);
        publish(Versions.update(1));
        assertThat(serving.next(said)).isNull();
    }

    @Test
    void whatWasRefusedIsNotKeptAndTheServedOneGoesOn() {
        serve(1);
        publish(Versions.update(2));
        ServingEvent.Builder event = serving.refused(next(), "it is bad");
        assertThat(event.getKind()).isEqualTo(ServingEventKind.REFUSED);
        assertThat(event.getReason()).isEqualTo("it is bad");
        assertThat(serving.versions()).containsExactly(1L);
        serve(3);
    }

    @Test
    void aFirstVersionThatIsBadGivesWayToTheOneBefore() {
        publish(Versions.update(1));
        publish(Versions.update(2));
        serving.refused(next(), "it is bad");
        serveNext(1);
    }

    @Test
    void theGateRefusesBeforeAnythingIsLoaded() {
        publish(Versions.withLoss(1, 1));
        serveNext(1);
        publish(Versions.withLoss(2, 1.5));
        assertThat(serving.next(said)).isNull();
        assertThat(said).hasSize(1);
        assertThat(said.get(0).getReason()).startsWith("its validationLoss is 1.5");
        publish(Versions.withLoss(3, 1.05));
        serveNext(3);
    }

    @Test
    void goesBackStepByStepAndStaysThere() {
        serve(1, 2, 3);
        assertThat(ask(ServingEventKind.ROLLBACK, -1)).isNull();
        serveNext(2);
        publish(Versions.update(4));
        assertThat(serving.next(said)).isNull();
        ask(ServingEventKind.ROLLBACK, -1);
        serveNext(1);
        ServingEvent.Builder refused = said(ask(ServingEventKind.ROLLBACK, -1));
        assertThat(refused.getKind()).isEqualTo(ServingEventKind.REFUSED);
        assertThat(refused.getReason())
                .isEqualTo(
                        "rollback asked for by me: the version before the served one is not kept;"
                                + " kept: [1, 2, 3, 4]");
        ask(ServingEventKind.FOLLOW, -1);
        serveNext(4);
    }

    @Test
    void goesBackToAVersionWhateverTheGateSays() {
        publish(Versions.withLoss(1, 2));
        serveNext(1);
        publish(Versions.withLoss(2, 1));
        serveNext(2);
        ask(ServingEventKind.ROLLBACK, 1);
        Serving.Wanted next = next();
        assertThat(next.cause()).isEqualTo("rollback asked for by me");
        assertThat(serving.served(next, 1).getReason()).isEqualTo("rollback asked for by me");
    }

    @Test
    void refusesToGoBackToAVersionThatIsNotKept() {
        serve(1, 2);
        ServingEvent.Builder refused = said(ask(ServingEventKind.ROLLBACK, 7));
        assertThat(refused.getKind()).isEqualTo(ServingEventKind.REFUSED);
        assertThat(refused.getVersion()).isEqualTo(7);
        publish(Versions.update(3));
        serveNext(3);
    }

    @Test
    void aRollbackThatFailsLeavesItFollowing() {
        serve(1, 2);
        ask(ServingEventKind.ROLLBACK, 1);
        serving.refused(next(), "its file is gone");
        publish(Versions.update(3));
        serveNext(3);
    }

    @Test
    void aRollbackThatFailsTakesUpWhatCameMeanwhile() {
        serve(1, 2);
        ask(ServingEventKind.ROLLBACK, 1);
        Serving.Wanted back = next();
        publish(Versions.update(3));
        assertThat(serving.next(said)).isNull();
        serving.refused(back, "its file is gone");
        serveNext(3);
    }

    @Test
    void stayingWithTheServedVersionIsSaidAtOnce() {
        serve(1, 2);
        ServingEvent.Builder event = said(ask(ServingEventKind.ROLLBACK, 2));
        assertThat(event.getKind()).isEqualTo(ServingEventKind.SERVED);
        publish(Versions.update(3));
        assertThat(serving.next(said)).isNull();
    }

    @Test
    void aRollbackOvertakesWhatIsBeingLoaded() {
        serve(1, 2);
        publish(Versions.update(3));
        Serving.Wanted third = next();
        ask(ServingEventKind.ROLLBACK, 1);
        assertThat(serving.isAwaited(third)).isFalse();
        serveNext(1);
    }

    @Test
    void goesOnFromItsState() throws IOException {
        serve(1, 2, 3);
        ask(ServingEventKind.ROLLBACK, 2);
        serveNext(2);
        publish(Versions.update(4));
        Serving restored = new Serving(Versions.STUDY, PromotionGate.DEFAULT);
        Serving.Wanted first = Objects.requireNonNull(restored.restore(serving.write(), 0));
        assertThat(first.update()).isEqualTo(Versions.update(2));
        assertThat(restored.next(said)).isNull();
        restored.served(first, 1);
        restored.published(Versions.update(5), 0);
        assertThat(restored.next(said)).isNull();
        assertThat(restored.versions()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void whatWasBeingLoadedIsLoadedAfterARestore() throws IOException {
        serve(1);
        publish(Versions.update(2));
        next();
        Serving restored = new Serving(Versions.STUDY, PromotionGate.DEFAULT);
        Serving.Wanted first = Objects.requireNonNull(restored.restore(serving.write(), 0));
        restored.served(first, 1);
        assertThat(Objects.requireNonNull(restored.next(said)).update().getVersion()).isEqualTo(2);
    }
}
