package io.penstock.flink;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Flink types of the records that cross the edges of a job. */
public final class WireRecordTypes {
    /** Type of {@link WireRecord}. */
    public static final TypeInformation<WireRecord> WIRE_RECORD =
            TypeInformation.of(WireRecord.class);

    private WireRecordTypes() {}
}
