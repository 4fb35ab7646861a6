package io.penstock.flink;

import io.penstock.sample.SampleLog;
import java.io.Serializable;

/** Makes the log that a restored operator reads its samples from; part of the job graph. */
@FunctionalInterface
public interface SampleLogFactory extends Serializable {
    /** A log; opening it costs nothing until it is read. */
    SampleLog create();
}
