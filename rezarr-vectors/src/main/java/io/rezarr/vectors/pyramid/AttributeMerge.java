package io.rezarr.vectors.pyramid;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.DataType.Kind;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.pyramid.PyramidOptions.Aggregate;
import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.write.AttributeColumns;

/**
 * How the values of one attribute become that of a metavertex, by way of partial results: one for each group of a chunk, then one for each bin. Each kind has a
 * form of its own for them; whoever carries them knows only how many bytes they take.
 */
abstract sealed class AttributeMerge permits FixedSizeMerge, MostFrequent {
    private final AttributeColumns attribute;
    private final int rowBytes;

    AttributeMerge(AttributeColumns attribute) {
        this.attribute = attribute;
        this.rowBytes = Math.toIntExact(attribute.rowBytes());
    }

    static AttributeMerge of(AttributeColumns attribute, Aggregate how) {
        requireMergeable(attribute.format(), how);
        return switch (how) {
            case MEAN -> mean(attribute);
            case FIRST -> new FirstValue(attribute);
            case MODE -> new MostFrequent(attribute);
        };
    }

    /** @throws UnsupportedFeatureException if that is not made of such values, by name */
    static void requireMergeable(AttributeFormat attribute, Aggregate how) {
        DataType type = attribute.type();
        if (how == Aggregate.MEAN && type.kind() == Kind.FLOAT && type.elementBytes() == 2) {
            throw new UnsupportedFeatureException("Vertex attribute '" + attribute.name()
                    + "' is float16, of which rezarr makes no mean: use --aggregate first or mode.");
        }
    }

    private static AttributeMerge mean(AttributeColumns attribute) {
        DataType type = attribute.format().type();
        if (attribute.format().isDictionary() || type.kind() == Kind.BOOL) {
            return new MostFrequent(attribute);
        }
        return type.kind() == Kind.FLOAT ? new FloatMean(attribute) : new IntegerMean(attribute);
    }

    AttributeColumns attribute() {
        return attribute;
    }

    int rowBytes() {
        return rowBytes;
    }

    /** What a partial result takes of itself, beside values that are counted. */
    abstract int fixedBytes();

    /** What the partial result of a row takes at most. */
    abstract int partialBytes();

    /** The memory that partial results of a chunk take for each of its rows at most, beside the values: where each is in a group of its own. */
    abstract int groupingBytes();

    /** The memory that putting together a bin takes for each of its partial results, beside these. */
    abstract int joiningBytes();

    /** Where the partial result that begins at a place ends. */
    abstract int end(byte[] from, int at);

    /** @param weights how often each row counts; those that do not may be in no group */
    abstract OfChunk ofChunk(Column values, ChunkGroups groups, int[] weights);

    abstract OfBin ofBin();

    /** The partial results of the groups of a chunk. Where one of a group is too large it goes in several parts, and those of all attributes with it. */
    interface OfChunk {
        /** In how many parts of at most that many bytes the result of a group goes, or of one value each. */
        int parts(int group, int mostBytes);

        long bytes(int group, int part, int mostBytes);

        /** Gives the place behind. */
        int put(int group, int part, int mostBytes, byte[] to, int at);
    }

    /** Puts together the partial results of one bin after the other. */
    interface OfBin {
        /** Forgets what was added, and makes room for at most so many. */
        void begin(int most);

        /** The array may not change until the value is put. */
        void add(byte[] from, int at);

        /**
         * Puts the value of the metavertex.
         *
         * @param weight how many vertices there are in the bin, as often as they count
         */
        void put(long weight, byte[] to, int at);
    }
}
