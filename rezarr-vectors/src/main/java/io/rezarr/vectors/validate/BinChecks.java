package io.rezarr.vectors.validate;

import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.FragmentIndex;
import java.nio.ByteBuffer;

/** The checks of fragments against bins. */
record BinChecks(LevelFacts facts, ChunkGrid grid, FragmentRules rules, Findings findings) {
    /** @param index all of whose rows exist */
    void check(ChunkKey key, FragmentIndex index, ByteBuffer positions) {
        String path = facts.path("vertex_fragments");
        long bins = grid.binsPerChunk();
        boolean tooMany = rules.areBins() && index.size() > bins;
        if (tooMany || (rules.allBins() && index.size() < bins)) {
            String found = index.size() + " fragments for the " + bins + " bins of a chunk";
            findings.add(Check.BINS, facts.number, path, key, found);
        }
        if (!rules.areBins() && !rules.withinBins()) {
            return;
        }
        for (int f = 0; f < index.size(); f++) {
            long wanted = rules.areBins() || index.rows(f) == 0 ? f : binOf(key, index.row(f, 0), positions);
            long place = firstOutside(key, index, f, wanted, positions);
            if (place >= 0) {
                long row = index.row(f, place);
                String found = "row " + row + " of fragment " + f + " lies in bin " + binOf(key, row, positions)
                        + ", expected is bin " + wanted;
                findings.add(Check.BIN_OF_VERTEX, facts.number, path, key, found);
                return;
            }
        }
    }

    private long firstOutside(ChunkKey key, FragmentIndex index, int fragment, long bin, ByteBuffer positions) {
        for (long place = 0; place < index.rows(fragment); place++) {
            if (binOf(key, index.row(fragment, place), positions) != bin) {
                return place;
            }
        }
        return -1;
    }

    /** The number of a row's bin in its chunk, in C order. */
    private long binOf(ChunkKey key, long row, ByteBuffer positions) {
        int before = key.rank() - grid.dimensions();
        long bin = 0;
        for (int axis = 0; axis < grid.dimensions(); axis++) {
            double position = facts.format.coordinate(positions, (int) row, axis);
            bin = bin * grid.binsAlong(axis) + grid.binOf(position, axis, key.coordinate(before + axis));
        }
        return bin;
    }
}
