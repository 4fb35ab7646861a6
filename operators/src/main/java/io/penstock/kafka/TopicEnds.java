package io.penstock.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/** The offsets after the last records of topics, as {@code Admin.listOffsets} is asked for them. */
public final class TopicEnds {
    private TopicEnds() {}

    /** What to ask for: the end of every partition of the topics. */
    public static Map<TopicPartition, OffsetSpec> wanted(Collection<TopicDescription> topics) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (TopicDescription topic : topics) {
            topic.partitions()
                    .forEach(
                            partition ->
                                    wanted.put(
                                            new TopicPartition(topic.name(), partition.partition()),
                                            OffsetSpec.latest()));
        }
        return wanted;
    }

    /** What was answered for one topic: the offset of each partition, by its number, in order. */
    public static Map<Integer, Long> byPartition(
            Map<TopicPartition, ListOffsetsResultInfo> answered) {
        Map<Integer, Long> ends = new TreeMap<>();
        answered.forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
        return ends;
    }
}
