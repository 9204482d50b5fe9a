package io.rezarr.vectors.rechunk;

/** The edges of a tree that no link says, by the chunk of the source that they lie in: int row of the child, int row of the parent. */
final class ImpliedEdges {
    static final int BYTES = 8;

    private ImpliedEdges() {}

    /** Puts those of a chunk. */
    static void put(int chunk, Parents parents, int rows, ExchangeOut out) {
        int most = Exchange.USUAL_PIECE_BYTES / BYTES;
        int sequence = 0;
        int row = 0;
        while (row < rows) {
            int count = 0;
            int end = row;
            for (; end < rows && count < most; end++) {
                count += parents.implied(end) >= 0 ? 1 : 0;
            }
            if (count > 0 && out.begin(chunk, sequence++, BYTES * count)) {
                int at = out.offset();
                for (int child = row; child < end; child++) {
                    if (parents.implied(child) >= 0) {
                        Bytes.putInt(out.array(), at, child);
                        Bytes.putInt(out.array(), at + 4, parents.implied(child));
                        at += BYTES;
                    }
                }
                out.end();
            }
            row = end;
        }
    }

    static int child(byte[] array, int at) {
        return Bytes.getInt(array, at);
    }

    static int parent(byte[] array, int at) {
        return Bytes.getInt(array, at + 4);
    }
}
