package io.rezarr.codec.blosc;

import static io.rezarr.codec.blosc.Words.getInt;
import static io.rezarr.codec.blosc.Words.getLong;

import java.util.Arrays;

/**
 * Encodes BloscLZ (the format: {@link BloscLzDecoder}). It decides as c-blosc 1.21 does, so that ratios are the same: a
 * probe of a part of the stream tells whether to compress at all and how short a match may be, then one pass takes
 * each first match that a table of the latest places of four bytes gives.
 */
final class BloscLzEncoder implements StreamEncoder, AutoCloseable {
    private static final int HASH_MULTIPLIER = 0x9E37_79B1;
    private static final int PROBE_HASH_BITS = 12;
    private static final int MAX_LITERALS = 32;
    private static final int MAX_DISTANCE = 65535 + BloscLzDecoder.FAR_DISTANCE - 3;

    /** No match begins so near the end. */
    private static final int END_BYTES = 12;

    private static final int MIN_BYTES = 16;
    private static final int MIN_ROOM = 66;

    /** By level: streams that the probe does not expect to shrink by this factor are not compressed. */
    private static final double[] MIN_RATIO = {0, 2, 1.5, 1.2, 1.2, 1.2, 1.2, 1.15, 1.1, 1.0};

    private final int level;
    private final boolean split;
    private final int hashBits;
    private final int[] latest;
    private final int[] probeLatest = new int[1 << PROBE_HASH_BITS];

    BloscLzEncoder(int level, boolean split) {
        this.level = level;
        this.split = split;
        hashBits = Math.min(11 + level, 14);
        latest = new int[1 << hashBits];
    }

    @Override
    public int capacity(int bytes) {
        return bytes;
    }

    @Override
    public int encode(byte[] source, int from, int bytes, byte[] target, int to, int room) {
        int probed = bytes / 4;
        double ratio = probedRatio(source, from + bytes - probed, probed);
        if (ratio < MIN_RATIO[level] || bytes < MIN_BYTES || room < MIN_ROOM) {
            return 0;
        }
        // A longer least match pays in streams that shrink well, and not in whole blocks.
        return compress(source, from, bytes, target, to, room, split && ratio >= 4 ? 4 : 3);
    }

    @Override
    public void close() {
        // Holds heap only.
    }

    /**
     * One pass; returns 0 as soon as the room is used up. Long, since the state of the pass (places of input, output
     * and the count of open literals) must be locals.
     *
     * @param shortening how many bytes a match's length code is less than the place where it stopped to match; with 4,
     *     its last byte goes to the next item, which begins to match better there
     */
    private int compress(byte[] source, int from, int bytes, byte[] target, int to, int room, int shortening) {
        int last = from + bytes - 1;
        int matchEnd = from + bytes - END_BYTES;
        int limit = to + room;
        Arrays.fill(latest, 0);
        int in = from;
        int out = to + 1;
        int literals = 0;
        for (; literals < 4; literals++) {
            target[out++] = source[in++];
        }

        while (in < matchEnd) {
            int hash = hash(getInt(source, in), hashBits);
            int match = from + latest[hash];
            latest[hash] = in - from;
            int distance = in - match;
            int code = 0;
            if (distance > 0 && distance <= MAX_DISTANCE && getInt(source, match) == getInt(source, in)) {
                code = endOfMatch(source, match + 4, in + 4, last) - shortening - in;
                if (code < shortening || (code <= 5 && distance >= BloscLzDecoder.FAR_DISTANCE)) {
                    code = 0;
                }
            }
            if (code == 0) {
                if (out + 2 > limit) {
                    return 0;
                }
                target[out++] = source[in++];
                if (++literals == MAX_LITERALS) {
                    target[out - literals - 1] = MAX_LITERALS - 1;
                    literals = 0;
                    out++;
                }
                continue;
            }

            // The control byte of literals is reserved ahead; without any, the match takes its place.
            if (literals > 0) {
                target[out - literals - 1] = (byte) (literals - 1);
            } else {
                out--;
            }
            literals = 0;
            if (matchBytes(code, distance) >= limit - out) {
                return 0;
            }
            out = putMatch(target, out, code, distance - 1);
            in = rememberEnd(source, from, in + code);
            out++;
        }
        return putLast(source, in, last, target, to, out, limit, literals);
    }

    /** Enters the last bytes of a match into the table, and steps behind it. */
    private int rememberEnd(byte[] source, int from, int at) {
        int word = getInt(source, at);
        latest[hash(word, hashBits)] = at - from;
        if (level == 9) {
            latest[hash(word >>> 8, hashBits)] = at + 1 - from;
        }
        return at + 2;
    }

    private static int matchBytes(int code, int distance) {
        int lengthBytes = code >= 7 ? (code - 7) / 255 + 1 : 0;
        return lengthBytes + (distance >= BloscLzDecoder.FAR_DISTANCE ? 4 : 2);
    }

    private static int putMatch(byte[] target, int at, int code, int biasedDistance) {
        int out = at;
        boolean far = biasedDistance >= BloscLzDecoder.FAR_DISTANCE - 1;
        int near = far ? BloscLzDecoder.FAR_DISTANCE - 1 : biasedDistance;
        target[out++] = (byte) (Math.min(code, 7) << 5 | near >>> 8);
        if (code >= 7) {
            int more = code - 7;
            for (; more >= 255; more -= 255) {
                target[out++] = (byte) 255;
            }
            target[out++] = (byte) more;
        }
        target[out++] = (byte) near;
        if (far) {
            int rest = biasedDistance - near;
            target[out++] = (byte) (rest >>> 8);
            target[out++] = (byte) rest;
        }
        return out;
    }

    /** What is left, as literals; returns the size of the stream, 0 if it does not fit. */
    private static int putLast(
            byte[] source, int from, int last, byte[] target, int to, int at, int limit, int openLiterals) {
        int out = at;
        int literals = openLiterals;
        for (int in = from; in <= last; in++) {
            if (out + 2 > limit) {
                return 0;
            }
            target[out++] = source[in];
            if (++literals == MAX_LITERALS) {
                target[out - literals - 1] = MAX_LITERALS - 1;
                literals = 0;
                out++;
            }
        }
        if (literals > 0) {
            target[out - literals - 1] = (byte) (literals - 1);
        } else {
            out--;
        }
        // What c-blosc's encoder marks its streams with.
        target[to] |= 32;
        return out - to;
    }

    private static int hash(int fourBytes, int bits) {
        return (fourBytes * HASH_MULTIPLIER) >>> (32 - bits);
    }

    /** One behind the first byte that differs, but at most {@code last}. */
    private static int endOfMatch(byte[] source, int match, int at, int last) {
        int m = match;
        int i = at;
        for (; i <= last - Long.BYTES; i += Long.BYTES, m += Long.BYTES) {
            long difference = getLong(source, m) ^ getLong(source, i);
            if (difference != 0) {
                return Math.min(i + (Long.numberOfTrailingZeros(difference) >>> 3) + 1, last);
            }
        }
        while (i < last && source[m++] == source[i++]) {}
        return i;
    }

    /** The pass of {@link #compress} on up to 4 KiB, only counting: how many times smaller they would get. */
    private double probedRatio(byte[] source, int from, int bytes) {
        int probed = Math.min(bytes, 1 << PROBE_HASH_BITS);
        int last = from + probed - 1;
        int matchEnd = from + probed - END_BYTES;
        Arrays.fill(probeLatest, 0);
        int in = from;
        int out = 5;
        int literals = 4;
        while (in < matchEnd) {
            int hash = hash(getInt(source, in), PROBE_HASH_BITS);
            int match = from + probeLatest[hash];
            probeLatest[hash] = in - from;
            int code = 0;
            if (match < in && getInt(source, match) == getInt(source, in)) {
                code = endOfMatch(source, match + 4, in + 4, last) - 3 - in;
            }
            if (code < 3) {
                in++;
                out++;
                if (++literals == MAX_LITERALS) {
                    literals = 0;
                    out++;
                }
                continue;
            }
            out += (literals == 0 ? 2 : 3) + (code >= 7 ? (code - 7) / 255 + 1 : 0);
            literals = 0;
            in += code;
            probeLatest[hash(getInt(source, in), PROBE_HASH_BITS)] = in - from;
            in += 2;
        }
        return (double) (in - from) / out;
    }
}
