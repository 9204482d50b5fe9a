package io.rezarr.verify;

import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.execute.RunListener;
import io.rezarr.execute.UnitScan;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What identifies the values of an array, or of all arrays of a group, however they are stored: shape, data type and elements count;
 * chunks, codecs, byte order, fill value, Zarr version, attributes and names do not. {@code docs/digest.md} specifies it.
 *
 * @param hex 64 hexadecimal digits
 */
public record ContentDigest(String hex) {
    /** Names the construction, and its version. */
    public static final String NAME = "rz1";

    /** Orders paths by their bytes in UTF-8, which is not the order of strings in Java. */
    public static final Comparator<String> PATH_ORDER =
            Comparator.comparing(path -> path.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    /**
     * The digest of an array, each of its chunks read and decoded once.
     *
     * @param maxBytes of memory for buffers
     * @throws UnsupportedFeatureException if its data type or a codec cannot be decoded, or it has 2^60 bytes or more
     * @throws io.rezarr.error.InfeasiblePlanException if {@code maxBytes} does not hold one chunk; names the least that would do
     * @throws io.rezarr.error.MalformedDataException if a chunk does not decode
     */
    public static ContentDigest of(ZarrArray array, long maxBytes, int threads, RunListener listener) {
        DigestSum sum = sumOf(array);
        UnitScan.run(array, sum, DigestSum.workspaceBytes(array.metadata()), maxBytes, threads, listener);
        return sum.digest();
    }

    /**
     * Reads nothing.
     *
     * @throws io.rezarr.error.RezarrException as {@link #of} does, if metadata and memory alone rule out that it makes a digest
     */
    public static void requirePossible(ZarrArray array, long maxBytes) {
        sumOf(array);
        UnitScan.requireFits(array, DigestSum.workspaceBytes(array.metadata()), maxBytes);
    }

    private static DigestSum sumOf(ZarrArray array) {
        try {
            return new DigestSum(
                    array.metadata(), CodecChain.of(array.metadata()).layout());
        } catch (UnsupportedFeatureException e) {
            throw new UnsupportedFeatureException(
                    "There is no digest of '" + array.store().location() + "/" + array.prefix() + "'. "
                            + e.getMessage(),
                    e);
        }
    }

    /** @param sum of the elements, from 0 to 2^64 - 60, unsigned */
    static ContentDigest of(ArrayMetadata metadata, long sum) {
        String shape = LongStream.of(metadata.shape().toArray())
                .mapToObj(Long::toString)
                .collect(Collectors.joining(","));
        return ofText("%s\n%s\n%d\n%s\n%016x\n"
                .formatted(NAME, metadata.dataType().name(), metadata.dataType().elementBytes(), shape, sum));
    }

    /**
     * The digest of a group.
     *
     * @param arrays that are anywhere in it, by path below it
     */
    public static ContentDigest ofGroup(Map<String, ContentDigest> arrays) {
        Map<String, ContentDigest> sorted = new TreeMap<>(PATH_ORDER);
        sorted.putAll(arrays);
        StringBuilder lines = new StringBuilder();
        sorted.forEach((path, digest) ->
                lines.append(digest.hex).append("  ").append(path).append('\n'));
        return ofText(lines.toString());
    }

    private static ContentDigest ofText(String text) {
        return new ContentDigest(Sha256.hex(text));
    }
}
