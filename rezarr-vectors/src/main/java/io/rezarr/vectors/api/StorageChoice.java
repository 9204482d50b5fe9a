package io.rezarr.vectors.api;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import io.rezarr.rechunk.CodecChoice;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.write.Storage;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Codecs and shards as a user asks for them. */
final class StorageChoice {
    private static final Pattern SHAPE = Pattern.compile("[1-9][0-9]{0,8}(,[1-9][0-9]{0,8})*");

    private StorageChoice() {}

    /**
     * @param written the version of the result
     * @param rank how many coordinates a chunk has
     * @throws InvalidRequestException if one of them is none of the forms, or does not fit the store
     */
    static Storage of(@Nullable String codec, @Nullable String shards, FormatVersion written, int rank) {
        List<CodecSpec> codecs = codecs(codec);
        if (shards == null || shards.equals("keep")) {
            return new Storage(codecs, Storage.Shards.KEEP, null);
        }
        if (shards.equals("none")) {
            return new Storage(codecs, Storage.Shards.NONE, null);
        }
        if (written.is(0, 7)) {
            throw new InvalidRequestException("--shards " + shards
                    + ": stores of layout 0.7 have no shards of Zarr; leave it out, or give none to unpack their own");
        }
        if (!SHAPE.matcher(shards).matches()) {
            throw new InvalidRequestException(
                    "--shards " + shards + ": must be none, keep, or numbers of chunks such as 4,4,4");
        }
        String[] parts = shards.split(",", -1);
        if (parts.length != rank) {
            throw new InvalidRequestException("--shards " + shards + ": has " + parts.length
                    + " numbers, but chunks have " + rank + " coordinates");
        }
        long[] shape = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            shape[axis] = Long.parseLong(parts[axis]);
        }
        return new Storage(codecs, Storage.Shards.SHAPE, Shape.of(shape));
    }

    private static @Nullable List<CodecSpec> codecs(@Nullable String codec) {
        CodecChoice choice = CodecChoice.parse(codec);
        // Positions are mostly float32, which the reference implementation takes blosc's type size from.
        DataType type = Objects.requireNonNull(Numbers.type("float32"));
        return choice == null ? null : choice.v3Codecs(type);
    }
}
