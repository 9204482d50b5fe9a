package io.rezarr.verify;

/**
 * The sum of a run: bytes that follow one another in the stream and in memory. Each word counts times the base to the power of its
 * number, counted from the word in which the run begins. A word of which the run has only a part counts as if its other bytes were zero,
 * so that runs add up, wherever they are cut.
 */
final class RunSum {
    /** Words of a piece: its keys stay in the first cache, and what a piece costs beside its words does not count. */
    private static final int PIECE_WORDS = 512;

    private static final int PIECE_BYTES = PIECE_WORDS * Long.BYTES;
    private static final long[] KEYS = Powers.first(Powers.BASE, PIECE_WORDS + 1);

    private RunSum() {}

    /**
     * @param at where the run begins in {@code bytes}
     * @param phase which byte of a word, from 0 to 7, it begins with
     */
    static long of(byte[] bytes, int at, int length, int phase) {
        int first = PIECE_BYTES - phase;
        if (length <= first) {
            return ofPiece(bytes, at, length, phase);
        }
        long sum = ofPiece(bytes, at, first, phase);
        long weight = 1;
        long end = (long) at + length;
        for (long from = (long) at + first; from < end; from += PIECE_BYTES) {
            weight = Residues.times(weight, KEYS[PIECE_WORDS]);
            long piece = ofPiece(bytes, (int) from, (int) Math.min(PIECE_BYTES, end - from), 0);
            sum = Residues.plus(sum, Residues.times(weight, piece));
        }
        return sum;
    }

    private static long ofPiece(byte[] bytes, int at, int length, int phase) {
        int head = Math.min(-phase & Long.BYTES - 1, length);
        int key = phase == 0 ? 0 : 1;
        int from = at + head;
        int words = (length - head) / Long.BYTES;
        int tail = (length - head) % Long.BYTES;
        long sum = WordSums.ofRun(bytes, from, words, KEYS, key);
        if (head > 0) {
            sum = Residues.plus(sum, WordSums.part(bytes, at, head) << (phase * Byte.SIZE));
        }
        if (tail > 0) {
            long last = WordSums.part(bytes, from + words * Long.BYTES, tail);
            sum = Residues.plus(sum, Residues.times(KEYS[key + words], last));
        }
        return sum;
    }
}
