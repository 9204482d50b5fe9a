package io.rezarr.codec.blosc;

import static io.rezarr.codec.blosc.Words.getLong;
import static io.rezarr.codec.blosc.Words.putLong;

import java.util.zip.DataFormatException;

/**
 * Decodes BloscLZ, the descendant of FastLZ that is Blosc's own compressor.
 *
 * <p>A stream is a list of items, each opened by a control byte. Below 32: so many literal bytes and one more follow.
 * Else a match: its upper three bits are the length less 2, and 7 there means that bytes to be added follow, up to and
 * with the first that is not 255. The lower five bits are the upper part of the distance less 1, a byte with the lower
 * part follows; both all ones means that the distance less 8192 follows in two bytes, the upper first. The upper bits of
 * the first control byte do not count: a stream begins with literals.
 */
final class BloscLzDecoder implements StreamDecoder {
    static final BloscLzDecoder INSTANCE = new BloscLzDecoder();

    /** Distances from this one on need the long form. */
    static final int FAR_DISTANCE = 8192;

    private BloscLzDecoder() {}

    @Override
    public int decode(byte[] source, int from, int bytes, byte[] target, int to, int room) throws DataFormatException {
        int end = from + bytes;
        int limit = to + room;
        int in = from;
        int out = to;
        int control = source[in++] & 31;
        while (true) {
            if (control < 32) {
                int count = control + 1;
                if (count > end - in || count > limit - out) {
                    throw outOfBounds(in - from, count + " literals, of which it has " + (end - in), limit - out);
                }
                copyLiterals(source, in, end, target, out, limit, count);
                in += count;
                out += count;
            } else {
                int length = (control >>> 5) + 2;
                if (length == 9) {
                    int more;
                    do {
                        more = next(source, in++, end);
                        length += more;
                    } while (more == 255 && length <= limit - out);
                }
                int distance = (control & 31) << 8 | next(source, in++, end);
                if (distance == FAR_DISTANCE - 1) {
                    distance += next(source, in++, end) << 8;
                    distance += next(source, in++, end);
                }
                distance++;
                if (length > limit - out || distance > out - to) {
                    throw outOfBounds(
                            in - from,
                            "a match of " + length + " bytes from " + distance + " before, where are " + (out - to),
                            limit - out);
                }
                copyMatch(target, out, distance, length, limit);
                out += length;
            }
            if (in == end) {
                return out - to;
            }
            control = source[in++] & 0xFF;
        }
    }

    private static int next(byte[] source, int at, int end) throws DataFormatException {
        if (at >= end) {
            throw new DataFormatException("ends within a match");
        }
        return source[at] & 0xFF;
    }

    private static DataFormatException outOfBounds(int at, String item, int room) {
        return new DataFormatException("at its byte " + at + ": " + item + ", with room for " + room);
    }

    /** Eight bytes at a time while neither side can run over. */
    private static void copyLiterals(byte[] source, int in, int end, byte[] target, int out, int limit, int count) {
        if (in + 32 <= end && out + 32 <= limit) {
            for (int i = 0; i < count; i += 8) {
                putLong(target, out + i, getLong(source, in + i));
            }
        } else {
            System.arraycopy(source, in, target, out, count);
        }
    }

    /** Bytes behind the match, up to the limit, may be written too: they are decoded later. */
    private static void copyMatch(byte[] target, int out, int distance, int length, int limit) {
        int match = out - distance;
        if (length > 64 && distance >= length) {
            System.arraycopy(target, match, target, out, length);
            return;
        }
        int byLongs = Math.min(length, limit - out - 8);
        int done = 0;
        if (distance < 8) {
            done = repeat(target, out, distance, byLongs);
        } else {
            for (; done < byLongs; done += 8) {
                putLong(target, out + done, getLong(target, match + done));
            }
        }
        for (; done < length; done++) {
            target[out + done] = target[match + done];
        }
    }

    /**
     * The last {@code distance} bytes again and again: as often as they fit into a long at a time.
     *
     * @return how many were written: at least {@code length}, less than 8 more
     */
    private static int repeat(byte[] target, int out, int distance, int length) {
        if (length <= 0) {
            return 0;
        }
        int bits = Byte.SIZE * distance;
        long pattern = getLong(target, out - distance) & (1L << bits) - 1;
        for (; bits < Long.SIZE; bits *= 2) {
            pattern |= pattern << bits;
        }
        int step = 8 - 8 % distance;
        int done = 0;
        for (; done < length; done += step) {
            putLong(target, out + done, pattern);
        }
        return done;
    }
}
