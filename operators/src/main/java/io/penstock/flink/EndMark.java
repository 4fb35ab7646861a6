package io.penstock.flink;

import io.penstock.sample.EndMarkerMatcher;
import io.penstock.sample.WireFormat;
import java.io.Serializable;
import java.util.Arrays;
import java.util.function.Predicate;

/** The record that ends a partition or a reader of an {@link EndMarkedKafkaSource}. */
public interface EndMark extends Serializable {
    /** Recognises it; for one user. */
    Predicate<ConsumedRecord> matcher();

    /** The event ENSEMBLE_FINISHED of a study, in records of a format. */
    static EndMark ensembleFinished(String study, WireFormat format) {
        return () -> {
            EndMarkerMatcher matcher = new EndMarkerMatcher(study, format);
            return consumed -> matcher.matches(consumed.value());
        };
    }

    /** What a submission of a training job writes when it has ended, known by its key. */
    static EndMark endOfRun(String study, String run) {
        return () -> {
            byte[] key = ShardWeightsRecords.endKey(study, run);
            return consumed -> Arrays.equals(consumed.key(), key);
        };
    }
}
