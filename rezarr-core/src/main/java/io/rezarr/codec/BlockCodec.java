package io.rezarr.codec;

import io.rezarr.memory.Workspace;

/** A codec whose encoded form is blocks that decode without each other. */
public interface BlockCodec extends BytesToBytesCodec {
    /**
     * The decoded size of a block, as the beginning of the encoded bytes tells it.
     *
     * @throws io.rezarr.error.MalformedDataException if it tells nothing, or sizes that cannot be
     */
    int blockBytes(EncodedRanges encoded);

    /**
     * Decodes the blocks that have needed bytes, and reads hardly more than these. Only what is read is checked.
     *
     * @param decodedBytes of the whole
     * @param needed within it, spanning less than 2 GiB
     * @throws io.rezarr.error.MalformedDataException if a block that is needed does not decode, or the whole would not decode to
     *     {@code decodedBytes}
     */
    DecodedPart decodePart(EncodedRanges encoded, long decodedBytes, NeededBytes needed, Workspace workspace);
}
