package io.penstock.flink;

import java.io.IOException;
import java.io.Serializable;

/** Tells a topic from another one that has its name. */
public interface TopicIdentity extends Serializable {
    /** Name of the topic. */
    String topic();

    /** An id that a topic has for as long as it exists, and no other topic ever has. */
    String read() throws IOException, InterruptedException;
}
