package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.rechunk.Bytes;
import java.util.List;

/** A metavertex on its way to its chunk: int its number at home, for each axis float position, then the values of attributes. */
final class MetavertexRecord {
    static final int POSITION = 4;

    private final int dimensions;
    private final List<AttributeMerge> attributes;
    private final int bytes;

    MetavertexRecord(Partials partials) {
        this.dimensions = partials.dimensions();
        this.attributes = partials.attributes();
        this.bytes = values() + partials.valueBytes();
    }

    int positionBytes() {
        return 4 * dimensions;
    }

    /** Where the values of attributes begin, one behind the other. */
    int values() {
        return POSITION + positionBytes();
    }

    int bytes() {
        return bytes;
    }

    List<AttributeMerge> attributes() {
        return attributes;
    }

    void put(HomeBins from, int metavertex, byte[] to, int at) {
        Bytes.putInt(to, at, metavertex);
        for (int axis = 0; axis < dimensions; axis++) {
            Bytes.putInt(to, at + POSITION + 4 * axis, Float.floatToRawIntBits(from.position(metavertex, axis)));
        }
        from.copyValues(metavertex, to, at + values());
    }

    static int number(byte[] from, int at) {
        return Bytes.getInt(from, at);
    }

    /** @param sequence of the pieces of a home */
    static long pieceId(int home, int sequence) {
        return (long) home << 32 | sequence;
    }

    static long homeOfPiece(long id) {
        return id >>> 32;
    }
}
