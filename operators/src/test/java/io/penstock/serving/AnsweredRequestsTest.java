package io.penstock.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnsweredRequestsTest {
    @Test
    void knowsWhatWasAnsweredAndForgetsWhatCameBy() {
        AnsweredRequests answered = new AnsweredRequests(Map.of());
        long beyondInt = 5_000_000_000L;
        answered.add(0, 3);
        answered.add(0, beyondInt);
        answered.add(1, 3);
        assertThat(answered.isAnswered(0, 2)).isFalse();
        assertThat(answered.isAnswered(0, 3)).isTrue();
        assertThat(answered.isAnswered(0, 4)).isFalse();
        assertThat(answered.isAnswered(2, 3)).isFalse();
        assertThat(answered.isAnswered(0, beyondInt)).isTrue();
        assertThat(answered.isAnswered(1, 9)).isFalse();
        assertThat(answered.isEmpty()).isTrue();
    }

    @Test
    void theStatesOfAllSubtasksAreKnownToEachOne() throws IOException {
        AnsweredRequests one = new AnsweredRequests(Map.of(0, 10L, 1, 20L));
        one.add(0, 1);
        AnsweredRequests other = new AnsweredRequests(Map.of(0, 11L, 1, 19L));
        other.add(0, 2);
        other.add(5, 7);
        AnsweredRequests all = AnsweredRequests.read(List.of(one.write(), other.write()));
        assertThat(all.from()).isEqualTo(Map.of(0, 10L, 1, 19L));
        assertThat(all.isAnswered(0, 1)).isTrue();
        assertThat(all.isAnswered(0, 2)).isTrue();
        assertThat(all.isAnswered(5, 7)).isTrue();
    }

    @Test
    void aPartitionThatOneSubtaskHasNotSeenYetIsReadFromItsBeginning() throws IOException {
        AnsweredRequests early = new AnsweredRequests(Map.of(0, 10L));
        AnsweredRequests late = new AnsweredRequests(Map.of(0, 12L, 1, 3L));
        AnsweredRequests all = AnsweredRequests.read(List.of(late.write(), early.write()));
        assertThat(all.from()).isEqualTo(Map.of(0, 10L));
    }

    @Test
    void refusesWhatIsNoState() {
        assertThatThrownBy(() -> AnsweredRequests.read(List.of(new byte[12])))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reads PNSQ version 1");
    }
}
