package io.rezarr.vectors.validate;

import io.rezarr.vectors.digest.Hash64;
import io.rezarr.vectors.model.LinkBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whether every link is stored once in each chunk that it touches. Links that touch as many chunks are summed up for the copies in the first of them, in
 * the second, and so on: all these sums must be equal.
 */
final class CopyCheck {
    private final long[][] sums;
    private long elsewhere;

    CopyCheck(int width) {
        this.sums = new long[width + 1][width];
    }

    void add(LinkBatch batch) {
        int[] touched = new int[batch.width()];
        for (int link = 0; link < batch.size(); link++) {
            long hash = batch.width();
            for (int end = 0; end < touched.length; end++) {
                touched[end] = batch.chunk(link, end);
                hash = Hash64.mix(Hash64.mix(hash, batch.chunk(link, end)), batch.row(link, end));
            }
            Arrays.sort(touched);
            int distinct = 0;
            int place = -1;
            for (int i = 0; i < touched.length; i++) {
                if (i == 0 || touched[i] != touched[i - 1]) {
                    place = touched[i] == batch.filedUnder() ? distinct : place;
                    distinct++;
                }
            }
            if (place < 0) {
                elsewhere++;
            } else {
                sums[distinct][place] += hash;
            }
        }
    }

    /** What is wrong, in words; {@code null} if nothing is. */
    @Nullable
    String problem() {
        if (elsewhere > 0) {
            return elsewhere + " copies are filed under a chunk that their link does not touch";
        }
        for (int distinct = 2; distinct < sums.length; distinct++) {
            for (int place = 1; place < distinct; place++) {
                if (sums[distinct][place] != sums[distinct][0]) {
                    return "links that touch " + distinct + " chunks do not have exactly one copy in each of them";
                }
            }
        }
        return null;
    }
}
