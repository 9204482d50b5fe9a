package io.rezarr.codec.filter;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes as letters.
 *
 * <p>Encoded form: base64 with padding, no line breaks; 3 bytes become 4. Id in v2: {@code base64}, {@code {"id": "base64"}}; v3 has none.
 *
 * <p>Known differences: Python leaves out what is no letter of base64, here it is an error.
 *
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/other/base64.html">numcodecs, Base64</a>
 */
record Base64Filter() implements BytesToBytesCodec {
    static final String NAME = "base64";

    private static final byte[] LETTERS = letters();
    private static final byte[] VALUES = values();
    private static final byte PADDING = '=';

    private static byte[] letters() {
        byte[] letters = new byte[64];
        for (int i = 0; i < 26; i++) {
            letters[i] = (byte) ('A' + i);
            letters[26 + i] = (byte) ('a' + i);
        }
        for (int i = 0; i < 10; i++) {
            letters[52 + i] = (byte) ('0' + i);
        }
        letters[62] = '+';
        letters[63] = '/';
        return letters;
    }

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < 64; i++) {
            values[LETTERS[i]] = (byte) i;
        }
        return values;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return fixedEncodedBytes(decodedBytes);
    }

    @Override
    public long fixedEncodedBytes(long decodedBytes) {
        return Math.multiplyExact(4L, decodedBytes / 3 + (decodedBytes % 3 == 0 ? 0 : 1));
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        int bytes = decoded.remaining();
        ByteBuffer encoded = workspace.borrowBuffer(Math.toIntExact(fixedEncodedBytes(bytes)));
        for (int i = 0; i < bytes; i += 3) {
            int there = Math.min(3, bytes - i);
            int bits = 0;
            for (int k = 0; k < 3; k++) {
                bits = bits << 8 | (k < there ? decoded.get(decoded.position() + i + k) & 0xFF : 0);
            }
            for (int k = 0; k < 4; k++) {
                encoded.put(k <= there ? LETTERS[bits >> (18 - 6 * k) & 63] : PADDING);
            }
        }
        return encoded.flip();
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        int bytes = decodedBytes(encoded);
        if (bytes > maxDecodedBytes) {
            throw new MalformedDataException(
                    NAME, 0, "expected at most " + maxDecodedBytes + " decoded bytes, found " + bytes);
        }
        ByteBuffer decoded = workspace.borrowBuffer(bytes);
        for (int i = 0; i < encoded.remaining(); i += 4) {
            int there = Math.min(3, bytes - i / 4 * 3);
            int bits = 0;
            for (int k = 0; k < 4; k++) {
                bits = bits << 6 | (k <= there ? valueOf(encoded, i + k) : 0);
            }
            for (int k = 0; k < there; k++) {
                decoded.put((byte) (bits >> (16 - 8 * k)));
            }
            if (there < 3 && (bits & (1 << (24 - 8 * there)) - 1) != 0) {
                throw new MalformedDataException(NAME, i, "the last letters hold bits beyond the last byte");
            }
        }
        return decoded.flip();
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        int found = decodedBytes(encoded);
        if (decodedBytes >= 0 && found != decodedBytes) {
            throw new MalformedDataException(NAME, 0, "expected " + decodedBytes + " decoded bytes, found " + found);
        }
    }

    private static int valueOf(ByteBuffer encoded, int at) {
        byte letter = encoded.get(encoded.position() + at);
        int value = VALUES[letter & 0xFF];
        if (value < 0) {
            throw new MalformedDataException(
                    NAME, at, "expected a letter of base64, found byte %02x".formatted(letter));
        }
        return value;
    }

    private static int decodedBytes(ByteBuffer encoded) {
        int letters = encoded.remaining();
        if (letters % 4 != 0) {
            throw new MalformedDataException(NAME, letters, "expected a multiple of 4 letters, found " + letters);
        }
        int padding = 0;
        while (padding < 2 && padding < letters && encoded.get(encoded.limit() - 1 - padding) == PADDING) {
            padding++;
        }
        return letters / 4 * 3 - padding;
    }
}
