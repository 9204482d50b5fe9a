package io.rezarr.vectors.rechunk;

import io.rezarr.shuffle.PieceWriter;
import io.rezarr.shuffle.Shuffle;
import org.jspecify.annotations.Nullable;

/**
 * One thread's way to put pieces into an {@link Exchange}. A piece is begun, its bytes are put at {@link #offset} of {@link #array}, and it is ended.
 */
public final class ExchangeOut {
    private static final int LEAST_BLOCK_BYTES = 1 << 12;
    private static final int MOST_BLOCK_BYTES = 1 << 20;

    private final Exchange exchange;
    private final int maxPieceBytes;
    private final long @Nullable [] histogram;
    private PieceList pieces = new PieceList();
    private byte[] block = {};
    private int used;
    private long blockBytes;
    private int nextBlockBytes = LEAST_BLOCK_BYTES;
    private @Nullable PieceWriter writer;
    private boolean inShuffle;
    private int offset;
    private byte[] array = {};

    ExchangeOut(Exchange exchange, int maxPieceBytes) {
        this.exchange = exchange;
        this.maxPieceBytes = maxPieceBytes;
        this.histogram = exchange.newHistogram();
    }

    /** The longest piece that is allowed. */
    int maxPieceBytes() {
        return maxPieceBytes;
    }

    /** Whether pieces of a bucket are wanted at present. */
    boolean wants(long bucket) {
        return exchange.wants(bucket);
    }

    /**
     * Begins a piece, unless it is not wanted, or only its size is.
     *
     * @return whether it is to be put and ended
     */
    public boolean begin(long bucket, long id, int length) {
        if (!exchange.wants(bucket)) {
            return false;
        }
        if (histogram != null) {
            histogram[(int) (bucket >> exchange.histogramShift())] += length + Pieces.INDEX_BYTES;
        }
        if (exchange.isHolding() && hold(length)) {
            pieces.add(bucket, id, used, length);
            array = block;
            offset = used;
            used += length;
            inShuffle = false;
            return true;
        }
        Shuffle shuffle = exchange.shuffle();
        if (shuffle == null) {
            drop();
            return false;
        }
        PieceWriter to = spilled(shuffle);
        to.begin(bucket, id, length);
        array = to.array();
        offset = to.offset();
        inShuffle = true;
        return true;
    }

    private boolean hold(int length) {
        if (block.length > 0 && block.length - used >= length) {
            return true;
        }
        int bytes = Math.max(length, nextBlockBytes);
        if (!exchange.tryHold(bytes)) {
            return false;
        }
        nextBlockBytes = Math.min(MOST_BLOCK_BYTES, 2 * nextBlockBytes);
        block = new byte[bytes];
        blockBytes += bytes;
        used = 0;
        pieces.addBlock(block);
        return true;
    }

    private void drop() {
        pieces = new PieceList();
        block = new byte[0];
        used = 0;
        exchange.giveBack(blockBytes);
        blockBytes = 0;
    }

    /** The writer to scratch, to which all that was in memory has gone. */
    private PieceWriter spilled(Shuffle shuffle) {
        PieceWriter to = writer;
        if (to == null) {
            to = shuffle.writer();
            writer = to;
            for (int i = 0; i < pieces.size(); i++) {
                byte[] from = pieces.blocks().get(pieces.block(i));
                to.write(pieces.bucket(i), pieces.id(i), from, pieces.offset(i), pieces.length(i));
            }
            drop();
        }
        return to;
    }

    public byte[] array() {
        return array;
    }

    public int offset() {
        return offset;
    }

    /** Ends the piece that was begun. */
    public void end() {
        if (inShuffle && writer != null) {
            writer.end();
            inShuffle = false;
        }
    }

    PieceList pieces() {
        return pieces;
    }

    long @Nullable [] histogram() {
        return histogram;
    }

    /** Ends the filling of an exchange whose pieces are not in memory. */
    void finish() {
        Shuffle shuffle = exchange.shuffle();
        if (shuffle != null) {
            spilled(shuffle).close();
        } else {
            drop();
        }
    }

    void abandon() {
        if (writer != null) {
            writer.close();
        }
    }
}
