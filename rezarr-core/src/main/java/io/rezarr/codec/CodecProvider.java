package io.rezarr.codec;

import io.rezarr.metadata.CodecSpec;
import java.util.Set;

/**
 * Makes bytes→bytes codecs of metadata. A provider of another library is found by {@link java.util.ServiceLoader}, and only asked for
 * names that rezarr itself does not know. Safe for use by many threads.
 */
public interface CodecProvider {
    /** The names that it knows in that family. */
    Set<String> names(CodecSpec.Family family);

    /**
     * Makes the codec.
     *
     * @param spec of a name that is one of {@link #names}
     * @param elementBytes of one element of the array
     * @throws io.rezarr.error.InvalidMetadataException if the configuration is wrong
     */
    BytesToBytesCodec create(CodecSpec spec, int elementBytes);
}
