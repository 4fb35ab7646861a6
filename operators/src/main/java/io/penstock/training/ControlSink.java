package io.penstock.training;

/** Where a shard's answers to controls go: the log that all shards read. */
public interface ControlSink {
    /**
     * The shard takes a control.
     *
     * @param batch training steps that it does before the control takes effect
     */
    void taken(String control, long batch);

    /**
     * A control cannot be taken.
     *
     * @param why for people, in one line
     */
    void refused(String control, String why);
}
