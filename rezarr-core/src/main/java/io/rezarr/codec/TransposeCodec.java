package io.rezarr.codec;

import java.util.List;

/**
 * Permutes the axes of a chunk: axis i of what is stored is axis {@code order[i]} of the chunk. It moves no bytes itself: it
 * becomes the axis order of the {@link ElementLayout}.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/codecs/transpose/index.html">Zarr v3, transpose codec</a>
 */
public record TransposeCodec(List<Integer> order) implements Codec {
    static final String NAME = "transpose";

    public TransposeCodec {
        order = List.copyOf(order);
    }

    @Override
    public String name() {
        return NAME;
    }
}
