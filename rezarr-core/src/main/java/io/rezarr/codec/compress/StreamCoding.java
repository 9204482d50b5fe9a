package io.rezarr.codec.compress;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Coding by libraries that know streams only. */
final class StreamCoding {
    private StreamCoding() {}

    /** A stream around another one. */
    interface Wrapping<S> {
        S wrap(S inner) throws IOException;
    }

    /**
     * Decodes all of them.
     *
     * @throws MalformedDataException if they do not decode, or to more than that many bytes
     */
    static ByteBuffer decode(
            String codec, ByteBuffer encoded, int maxDecodedBytes, Workspace workspace, Wrapping<InputStream> decoder) {
        ByteBuffer decoded = workspace.borrowBuffer(maxDecodedBytes);
        ByteArrayInputStream bytes = new ByteArrayInputStream(
                encoded.array(), encoded.arrayOffset() + encoded.position(), encoded.remaining());
        try (InputStream stream = decoder.wrap(bytes)) {
            int found = 0;
            while (found < maxDecodedBytes) {
                int more = stream.read(decoded.array(), decoded.arrayOffset() + found, maxDecodedBytes - found);
                if (more < 0) {
                    return decoded.limit(found);
                }
                found += more;
            }
            if (stream.read() >= 0) {
                throw new MalformedDataException(
                        codec,
                        encoded.remaining() - (long) bytes.available(),
                        "decodes to more than the " + maxDecodedBytes + " bytes that are expected");
            }
            return decoded;
        } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
            // These libraries notice some altered bytes only by indices that lead nowhere.
            throw new MalformedDataException(
                    codec,
                    encoded.remaining() - (long) bytes.available(),
                    "no such stream: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                    e);
        }
    }

    /** Encodes all of them, to no more than that many bytes. */
    static ByteBuffer encode(
            ByteBuffer decoded, long maxEncodedBytes, Workspace workspace, Wrapping<OutputStream> encoder) {
        ByteBuffer encoded = workspace.borrowBuffer(Math.toIntExact(maxEncodedBytes));
        try (OutputStream stream = encoder.wrap(new BufferOutput(encoded))) {
            stream.write(decoded.array(), decoded.arrayOffset() + decoded.position(), decoded.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot be: nothing but memory is written to", e);
        }
        return encoded.flip();
    }

    private static final class BufferOutput extends OutputStream {
        private final ByteBuffer buffer;

        BufferOutput(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public void write(int value) {
            buffer.put((byte) value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            buffer.put(bytes, offset, length);
        }
    }
}
