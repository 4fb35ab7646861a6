package io.penstock.e2e.cluster;

/** What a disk may suffer from. */
public enum DiskFault {
    /** Nothing. */
    NONE,
    /** No file can be made. */
    READ_ONLY,
    /** A file can be made, and little be written into it. */
    FULL,
    /** Every file takes its time, to open and to close. */
    SLOW
}
