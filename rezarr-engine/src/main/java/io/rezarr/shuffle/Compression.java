package io.rezarr.shuffle;

/** Whether frames are compressed in the scratch files. */
public enum Compression {
    NONE,
    /** LZ4, where that makes a frame at least a sixteenth smaller. About 2 CPU seconds per GiB: it pays only where the disk is slow. */
    LZ4
}
