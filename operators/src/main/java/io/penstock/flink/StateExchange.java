package io.penstock.flink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.List;

/**
 * How what the shards of a former job left reaches all shards of a job with another number of them.
 * Flink gives each subtask the states of its own key groups, and every heir needs something of
 * every one.
 */
public interface StateExchange extends Serializable {
    /**
     * Sends what a former shard left.
     *
     * @param shards number of former shards
     * @param shard which of them, from 0
     */
    OutputStream send(int shards, int shard) throws IOException;

    /**
     * Waits until what every former shard left is there.
     *
     * @return what each left, in their order
     * @throws IOException when it does not come in time, saying what is missing
     */
    List<InputStream> receive() throws IOException;
}
