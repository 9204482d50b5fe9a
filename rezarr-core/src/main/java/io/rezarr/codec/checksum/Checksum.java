package io.rezarr.codec.checksum;

import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** Checksums of 32 bits. */
enum Checksum {
    CRC32C {
        @Override
        int of(byte[] bytes, int from, int length, int seed) {
            CRC32C checksum = new CRC32C();
            checksum.update(bytes, from, length);
            return (int) checksum.getValue();
        }
    },
    CRC32 {
        @Override
        int of(byte[] bytes, int from, int length, int seed) {
            CRC32 checksum = new CRC32();
            checksum.update(bytes, from, length);
            return (int) checksum.getValue();
        }
    },
    ADLER32 {
        @Override
        int of(byte[] bytes, int from, int length, int seed) {
            Adler32 checksum = new Adler32();
            checksum.update(bytes, from, length);
            return (int) checksum.getValue();
        }
    },
    /** As HDF5 has it: sums of big-endian words of 16 bits, carries added again; a last byte alone is the high one of its word. */
    FLETCHER32 {
        @Override
        int of(byte[] bytes, int from, int length, int seed) {
            // Unsigned, and both below 2^32 after so many words that begin with folded sums.
            final int wordsBetweenFolds = 360;
            long low = 0;
            long high = 0;
            int words = length / 2;
            for (int word = 0; word < words; word++) {
                int at = from + 2 * word;
                low += (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
                high += low;
                if (word % wordsBetweenFolds == wordsBetweenFolds - 1 || word == words - 1) {
                    low = folded(low);
                    high = folded(high);
                }
            }
            if (length % 2 == 1) {
                low += (bytes[from + length - 1] & 0xFF) << 8;
                high += low;
                low = folded(low);
                high = folded(high);
            }
            return (int) (folded(high) << 16 | folded(low));
        }

        private static long folded(long sum) {
            return (sum & 0xFFFF) + (sum >>> 16);
        }
    },
    /** Bob Jenkins' lookup3 ("hashlittle"), as HDF5 has it. */
    JENKINS_LOOKUP3 {
        private static final int BLOCK_BYTES = 12;

        @Override
        int of(byte[] bytes, int from, int length, int seed) {
            int a = 0xDEADBEEF + length + seed;
            int b = a;
            int c = a;
            int at = from;
            int left = length;
            for (; left > BLOCK_BYTES; left -= BLOCK_BYTES, at += BLOCK_BYTES) {
                a += word(bytes, at, 4);
                b += word(bytes, at + 4, 4);
                c += word(bytes, at + 8, 4);
                a = a - c ^ Integer.rotateLeft(c, 4);
                c += b;
                b = b - a ^ Integer.rotateLeft(a, 6);
                a += c;
                c = c - b ^ Integer.rotateLeft(b, 8);
                b += a;
                a = a - c ^ Integer.rotateLeft(c, 16);
                c += b;
                b = b - a ^ Integer.rotateLeft(a, 19);
                a += c;
                c = c - b ^ Integer.rotateLeft(b, 4);
                b += a;
            }
            if (left == 0) {
                return c; // of no bytes at all
            }
            a += word(bytes, at, left);
            b += word(bytes, at + 4, left - 4);
            c += word(bytes, at + 8, left - 8);
            c = (c ^ b) - Integer.rotateLeft(b, 14);
            a = (a ^ c) - Integer.rotateLeft(c, 11);
            b = (b ^ a) - Integer.rotateLeft(a, 25);
            c = (c ^ b) - Integer.rotateLeft(b, 16);
            a = (a ^ c) - Integer.rotateLeft(c, 4);
            b = (b ^ a) - Integer.rotateLeft(a, 14);
            return (c ^ b) - Integer.rotateLeft(b, 24);
        }

        /** Up to four bytes, as many as are left, the lowest first. */
        private static int word(byte[] bytes, int at, int left) {
            int word = 0;
            for (int i = 0; i < Math.min(left, 4); i++) {
                word |= (bytes[at + i] & 0xFF) << (8 * i);
            }
            return word;
        }
    };

    /** @param seed what it begins with, if it takes one */
    abstract int of(byte[] bytes, int from, int length, int seed);
}
