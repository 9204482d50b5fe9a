package io.rezarr.shuffle;

/** Takes the pieces of a frame, one by one. */
@FunctionalInterface
public interface PieceConsumer {
    /**
     * @param id as it was written
     * @param array holds the piece's bytes from {@code offset}, until this returns; not to be written to
     * @param length in bytes, may be 0
     */
    void piece(long bucket, long id, byte[] array, int offset, int length);
}
