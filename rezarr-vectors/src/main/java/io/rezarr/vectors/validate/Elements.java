package io.rezarr.vectors.validate;

import io.rezarr.array.Box;
import io.rezarr.array.UnitGrid;
import io.rezarr.array.VlenBytesReader;
import io.rezarr.metadata.ArrayMetadata;
import java.util.function.Consumer;

/** The elements of an array that a chunk (shard) holds, where units are single elements. */
final class Elements {
    private Elements() {}

    /**
     * Hands out each element of a chunk, in an array of its own.
     *
     * @param chunk index of a chunk; one outside the array holds none
     */
    static void ofChunk(VlenBytesReader reader, long[] chunk, Consumer<long[]> elements) {
        ArrayMetadata metadata = reader.array().metadata();
        UnitGrid chunks = new UnitGrid(metadata.shape(), metadata.chunkShape());
        if (!chunks.contains(chunk)) {
            return;
        }
        Box units = reader.units().unitsTouching(chunks.box(chunk));
        long[] element = units.origin().toArray();
        if (!units.isEmpty()) {
            do {
                elements.accept(element.clone());
            } while (UnitGrid.next(element, units));
        }
    }
}
