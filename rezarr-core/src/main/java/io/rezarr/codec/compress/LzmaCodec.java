package io.rezarr.codec.compress;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.FinishableOutputStream;
import org.tukaani.xz.FinishableWrapperOutputStream;
import org.tukaani.xz.LZMA2InputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.UnsupportedOptionsException;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/**
 * LZMA as Python's {@code lzma} module has it.
 *
 * <p>Encoded form: by {@code format}, one or more .xz streams (1), a stream with the older header of 13 bytes (2, "alone"), or LZMA2 chunks
 * without a header, perhaps of deltas (3, raw, as {@code filters} say). n bytes become at most n + n / 3 + 1024. Id in v2: {@code lzma},
 * {@code {"id": "lzma", "format": 1, "check": -1, "preset": 1, "filters": null}}; name in v3: {@code numcodecs.lzma}, the same configuration, all of
 * it optional.
 *
 * <p>A decoder holds as much memory as the metadata's preset or filters tell that its encoder looked back; a stream that wants more is
 * refused. Encoders look back no further than the chunk is long.
 *
 * @param name as the metadata have it
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/compression/lzma.html">numcodecs, LZMA</a>
 * @see <a href="https://tukaani.org/xz/xz-file-format.txt">The .xz file format</a>
 */
record LzmaCodec(String name, LzmaConfig config) implements BytesToBytesCodec {
    static final String NAME = "lzma";

    private static final int XZ_MAGIC = 0xFD37_7A58;
    private static final int ALONE_HEADER_BYTES = 13;
    private static final int KIB = 1024;

    /** For the tables of probabilities, the buffers of streams and the index. */
    private static final long STREAM_BYTES = 512 << 10;

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return Math.addExact(decodedBytes, decodedBytes / 3 + 1024);
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        int bytes = decoded.remaining();
        ArrayCache arrays = arrays(workspace, "encode", encoderBytes(bytes));
        return StreamCoding.encode(
                decoded, maxEncodedBytes(bytes), workspace, stream -> encoder(stream, bytes, arrays));
    }

    private OutputStream encoder(OutputStream to, int bytes, ArrayCache arrays) throws IOException {
        LZMA2Options options = optionsFor(bytes);
        return switch (config.format()) {
            case XZ -> new XZOutputStream(to, chain(options), config.check(), arrays);
            case ALONE -> new LZMAOutputStream(to, options, -1, arrays);
            case RAW -> {
                FinishableOutputStream stream = new FinishableWrapperOutputStream(to);
                FilterOptions[] chain = chain(options);
                for (int i = chain.length - 1; i >= 0; i--) {
                    stream = chain[i].getOutputStream(stream, arrays);
                }
                yield stream;
            }
        };
    }

    private FilterOptions[] chain(LZMA2Options options) throws UnsupportedOptionsException {
        return config.deltaDistance() == 0
                ? new FilterOptions[] {options}
                : new FilterOptions[] {new DeltaOptions(config.deltaDistance()), options};
    }

    /** They reach back no further than the chunk is long. */
    private LZMA2Options optionsFor(long decodedBytes) {
        try {
            LZMA2Options options = new LZMA2Options(config.preset());
            long reach = Math.max(LZMA2Options.DICT_SIZE_MIN, decodedBytes);
            options.setDictSize((int) Math.min(config.dictBytes(), reach));
            return options;
        } catch (UnsupportedOptionsException e) {
            throw new UncheckedIOException("cannot be: presets and sizes were checked", e);
        }
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        check(encoded, -1, workspace);
        ArrayCache arrays = arrays(workspace, "decode", decoderBytes());
        return StreamCoding.decode(
                name, encoded, maxDecodedBytes, workspace, stream -> decoder(stream, encoded, maxDecodedBytes, arrays));
    }

    private InputStream decoder(InputStream from, ByteBuffer encoded, int maxDecodedBytes, ArrayCache arrays)
            throws IOException {
        return switch (config.format()) {
            case XZ -> new XZInputStream(from, (int) (decoderBytes() / KIB), true, arrays);
            case ALONE -> alone(from, encoded, maxDecodedBytes, arrays);
            case RAW -> {
                // No match reaches further back than what is decoded.
                InputStream stream = optionsFor(maxDecodedBytes).getInputStream(from, arrays);
                yield config.deltaDistance() == 0
                        ? stream
                        : new DeltaOptions(config.deltaDistance()).getInputStream(stream, arrays);
            }
        };
    }

    private InputStream alone(InputStream from, ByteBuffer encoded, int maxDecodedBytes, ArrayCache arrays)
            throws IOException {
        ByteBuffer header = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        byte properties = header.get(0);
        // No match reaches further back than what is decoded.
        long dict = Math.min(Integer.toUnsignedLong(header.getInt(1)), Math.max(4096, (long) maxDecodedBytes));
        if (dict > config.dictBytes()) {
            throw new MalformedDataException(
                    name,
                    1,
                    "expected a dictionary of at most " + config.dictBytes() + " bytes, which the metadata tell, found "
                            + dict);
        }
        from.skipNBytes(ALONE_HEADER_BYTES);
        return new LZMAInputStream(from, header.getLong(5), properties, (int) dict, null, arrays);
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        ByteBuffer header = encoded.slice();
        switch (config.format()) {
            case XZ -> {
                if (header.remaining() < 32 || header.getInt(0) != XZ_MAGIC || header.getShort(4) != 0x5A00) {
                    throw new MalformedDataException(name, 0, "expected an .xz stream, found none");
                }
            }
            case ALONE -> {
                if (header.remaining() <= ALONE_HEADER_BYTES) {
                    throw new MalformedDataException(
                            name,
                            0,
                            "expected more than the " + ALONE_HEADER_BYTES + " bytes of a header, found "
                                    + header.remaining());
                }
                long size = header.order(ByteOrder.LITTLE_ENDIAN).getLong(5);
                if (decodedBytes >= 0 && size != -1 && size != decodedBytes) {
                    throw new MalformedDataException(
                            name, 5, "header says " + size + " bytes, expected " + decodedBytes);
                }
            }
            case RAW -> {
                if (header.remaining() < 1) {
                    throw new MalformedDataException(name, 0, "expected at least 1 byte, found none");
                }
            }
        }
    }

    private long decoderBytes() {
        return (long) KIB * LZMA2InputStream.getMemoryUsage(config.dictBytes()) + STREAM_BYTES;
    }

    private long encoderBytes(long decodedBytes) {
        return (long) KIB * optionsFor(decodedBytes).getEncoderMemoryUsage() + STREAM_BYTES;
    }

    @Override
    public long contextBytes(long decodedBytes) {
        return decoderBytes() + encoderBytes(decodedBytes);
    }

    private static ArrayCache arrays(Workspace workspace, String use, long bytes) {
        return workspace.context(XzArrays.class, use, bytes, XzArrays::new);
    }
}
