package io.rezarr.verify;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.execute.RunListener;
import io.rezarr.execute.UnitScan;
import io.rezarr.metadata.ArrayMetadata;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
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
    static final String NAME = "rz1";

    /**
     * The digest of an array, each of its chunks read and decoded once.
     *
     * @param maxBytes of memory for buffers
     * @throws UnsupportedFeatureException if its data type has no fixed size, or a codec is not known
     * @throws io.rezarr.error.InfeasiblePlanException if {@code maxBytes} does not hold one chunk; names the least that would do
     * @throws io.rezarr.error.MalformedDataException if a chunk does not decode
     */
    public static ContentDigest of(ZarrArray array, long maxBytes, int threads, RunListener listener) {
        ArrayMetadata metadata = array.metadata();
        requireFixedSize(metadata);
        DigestSum sum = new DigestSum(metadata, new ChunkReader(array).unitChain().layout());
        UnitScan.run(array, sum, DigestSum.workspaceBytes(metadata), maxBytes, threads, listener);
        return sum.digest();
    }

    /** @param sum of the elements, from 0 to 2^64 - 60, unsigned */
    static ContentDigest of(ArrayMetadata metadata, long sum) {
        String shape = LongStream.of(metadata.shape().toArray())
                .mapToObj(Long::toString)
                .collect(Collectors.joining(","));
        return ofText("%s\n%s\n%d\n%s\n%016x\n"
                .formatted(
                        NAME,
                        metadata.dataType().name(),
                        metadata.dataType().elementBytes(),
                        shape,
                        sum));
    }

    /**
     * The digest of a group.
     *
     * @param arrays that are anywhere in it, by path below it
     */
    public static ContentDigest ofGroup(Map<String, ContentDigest> arrays) {
        // In the order of UTF-8, which is not that of Java.
        Map<String, ContentDigest> sorted = new TreeMap<>(Comparator.comparing(
                (String path) -> path.getBytes(StandardCharsets.UTF_8), java.util.Arrays::compareUnsigned));
        sorted.putAll(arrays);
        StringBuilder lines = new StringBuilder();
        sorted.forEach((path, digest) ->
                lines.append(digest.hex).append("  ").append(path).append('\n'));
        return ofText(lines.toString());
    }

    private static ContentDigest ofText(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return new ContentDigest(HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** @throws UnsupportedFeatureException if it has elements of which no digest can be made */
    static void requireFixedSize(ArrayMetadata metadata) {
        if (!metadata.dataType().isFixedSize()) {
            throw new UnsupportedFeatureException("Elements of data type "
                    + metadata.dataType().name() + " have no fixed size, or none that rezarr knows. A digest can be made of"
                    + " arrays of fixed-size types only.");
        }
    }
}
