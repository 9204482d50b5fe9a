package io.rezarr.array;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The innermost loops of a copy, one class for each size of what is copied at a time. Ranges are checked by the caller;
 * strides are in bytes. Immutable.
 *
 * <p>Longs are read little-endian, so that the first element is the low end, on any machine.
 */
abstract class CopyKernel {
    static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** How many neighbours in the source one pass over a plane takes: a cache line of 4-byte elements. */
    static final int BLOCK = 16;

    /**
     * @param bytes copied at a time
     * @param swap whether their order is reversed; only for 2, 4 and 8
     */
    static CopyKernel of(long bytes, boolean swap) {
        if (bytes == 1) {
            return new OneByte();
        } else if (bytes == 2) {
            return new TwoBytes(swap);
        } else if (bytes == 4) {
            return new FourBytes(swap);
        } else if (bytes == 8) {
            return new EightBytes(swap);
        } else if (bytes <= 32) {
            return new FewBytes((int) bytes);
        }
        return new ManyBytes((int) Math.min(bytes, Integer.MAX_VALUE));
    }

    /** Copies n of them that lie apart. */
    abstract void row(byte[] from, int f, int fromStride, byte[] to, int t, int toStride, int n);

    /**
     * Copies a plane whose fastest axis differs: rows are the fastest in the target, columns in the source. Strips of
     * {@value #BLOCK} neighbours in the source, so that what is fetched into the cache is used whole, on both sides.
     */
    void plane(
            byte[] from,
            int f,
            int rowFrom,
            int columnFrom,
            byte[] to,
            int t,
            int rowTo,
            int columnTo,
            int row,
            int column) {
        for (int c = 0; c < column; c += BLOCK) {
            int width = Math.min(BLOCK, column - c);
            int fromAt = f + c * columnFrom;
            int toAt = t + c * columnTo;
            for (int r = 0; r < row; r++) {
                row(from, fromAt, columnFrom, to, toAt, columnTo, width);
                fromAt += rowFrom;
                toAt += rowTo;
            }
        }
    }

    /** Single bytes; planes in tiles of 8 x 8 held in eight longs. */
    private static final class OneByte extends CopyKernel {
        @Override
        void row(byte[] from, int f, int fromStride, byte[] to, int t, int toStride, int n) {
            for (int i = 0; i < n; i++) {
                to[t + i * toStride] = from[f + i * fromStride];
            }
        }

        @Override
        void plane(
                byte[] from,
                int f,
                int rowFrom,
                int columnFrom,
                byte[] to,
                int t,
                int rowTo,
                int columnTo,
                int row,
                int column) {
            if (columnFrom != 1 || rowTo != 1) {
                super.plane(from, f, rowFrom, columnFrom, to, t, rowTo, columnTo, row, column);
                return;
            }
            int rows = row & -8;
            int columns = column & -8;
            for (int c = 0; c < columns; c += 8) {
                for (int r = 0; r < rows; r += 8) {
                    tile(from, f + r * rowFrom + c, rowFrom, to, t + c * columnTo + r, columnTo);
                }
            }
            super.plane(from, f + columns, rowFrom, 1, to, t + columns * columnTo, 1, columnTo, row, column - columns);
            super.plane(from, f + rows * rowFrom, rowFrom, 1, to, t + rows, 1, columnTo, row - rows, columns);
        }

        private static void tile(byte[] from, int f, int rowFrom, byte[] to, int t, int columnTo) {
            long a = (long) LONGS.get(from, f);
            long b = (long) LONGS.get(from, f + rowFrom);
            long c = (long) LONGS.get(from, f + 2 * rowFrom);
            long d = (long) LONGS.get(from, f + 3 * rowFrom);
            long e = (long) LONGS.get(from, f + 4 * rowFrom);
            long g = (long) LONGS.get(from, f + 5 * rowFrom);
            long h = (long) LONGS.get(from, f + 6 * rowFrom);
            long k = (long) LONGS.get(from, f + 7 * rowFrom);
            // Three rounds: exchange blocks of 4 x 4, of 2 x 2, then single bytes across the diagonal.
            long a4 = low32(a, e), e4 = high32(a, e), b4 = low32(b, g), g4 = high32(b, g);
            long c4 = low32(c, h), h4 = high32(c, h), d4 = low32(d, k), k4 = high32(d, k);
            long a2 = low16(a4, c4), c2 = high16(a4, c4), b2 = low16(b4, d4), d2 = high16(b4, d4);
            long e2 = low16(e4, h4), h2 = high16(e4, h4), g2 = low16(g4, k4), k2 = high16(g4, k4);
            LONGS.set(to, t, low8(a2, b2));
            LONGS.set(to, t + columnTo, high8(a2, b2));
            LONGS.set(to, t + 2 * columnTo, low8(c2, d2));
            LONGS.set(to, t + 3 * columnTo, high8(c2, d2));
            LONGS.set(to, t + 4 * columnTo, low8(e2, g2));
            LONGS.set(to, t + 5 * columnTo, high8(e2, g2));
            LONGS.set(to, t + 6 * columnTo, low8(h2, k2));
            LONGS.set(to, t + 7 * columnTo, high8(h2, k2));
        }
    }

    /** Planes in tiles of 4 x 4 held in four longs. */
    private static final class TwoBytes extends CopyKernel {
        private final boolean swap;

        TwoBytes(boolean swap) {
            this.swap = swap;
        }

        @Override
        void row(byte[] from, int f, int fromStride, byte[] to, int t, int toStride, int n) {
            if (swap) {
                for (int i = 0; i < n; i++) {
                    SHORTS.set(to, t + i * toStride, Short.reverseBytes((short) SHORTS.get(from, f + i * fromStride)));
                }
            } else {
                for (int i = 0; i < n; i++) {
                    SHORTS.set(to, t + i * toStride, (short) SHORTS.get(from, f + i * fromStride));
                }
            }
        }

        @Override
        void plane(
                byte[] from,
                int f,
                int rowFrom,
                int columnFrom,
                byte[] to,
                int t,
                int rowTo,
                int columnTo,
                int row,
                int column) {
            if (columnFrom != 2 || rowTo != 2) {
                super.plane(from, f, rowFrom, columnFrom, to, t, rowTo, columnTo, row, column);
                return;
            }
            int rows = row & -4;
            int columns = column & -4;
            for (int c0 = 0; c0 < columns; c0 += BLOCK) {
                int end = Math.min(c0 + BLOCK, columns);
                for (int r = 0; r < rows; r += 4) {
                    for (int c = c0; c < end; c += 4) {
                        tile(from, f + r * rowFrom + 2 * c, rowFrom, to, t + c * columnTo + 2 * r, columnTo);
                    }
                }
            }
            super.plane(
                    from, f + 2 * columns, rowFrom, 2, to, t + columns * columnTo, 2, columnTo, row, column - columns);
            super.plane(from, f + rows * rowFrom, rowFrom, 2, to, t + 2 * rows, 2, columnTo, row - rows, columns);
        }

        private void tile(byte[] from, int f, int rowFrom, byte[] to, int t, int columnTo) {
            long a = inOrder((long) LONGS.get(from, f));
            long b = inOrder((long) LONGS.get(from, f + rowFrom));
            long c = inOrder((long) LONGS.get(from, f + 2 * rowFrom));
            long d = inOrder((long) LONGS.get(from, f + 3 * rowFrom));
            long a2 = low32(a, c), c2 = high32(a, c), b2 = low32(b, d), d2 = high32(b, d);
            LONGS.set(to, t, low16(a2, b2));
            LONGS.set(to, t + columnTo, high16(a2, b2));
            LONGS.set(to, t + 2 * columnTo, low16(c2, d2));
            LONGS.set(to, t + 3 * columnTo, high16(c2, d2));
        }

        private long inOrder(long four) {
            return swap ? ((four & LOW_8) << 8) | ((four >>> 8) & LOW_8) : four;
        }
    }

    /** Planes in tiles of 2 x 2 held in two longs. */
    private static final class FourBytes extends CopyKernel {
        private final boolean swap;

        FourBytes(boolean swap) {
            this.swap = swap;
        }

        @Override
        void row(byte[] from, int f, int fromStride, byte[] to, int t, int toStride, int n) {
            if (swap) {
                for (int i = 0; i < n; i++) {
                    INTS.set(to, t + i * toStride, Integer.reverseBytes((int) INTS.get(from, f + i * fromStride)));
                }
            } else {
                for (int i = 0; i < n; i++) {
                    INTS.set(to, t + i * toStride, (int) INTS.get(from, f + i * fromStride));
                }
            }
        }

        @Override
        void plane(
                byte[] from,
                int f,
                int rowFrom,
                int columnFrom,
                byte[] to,
                int t,
                int rowTo,
                int columnTo,
                int row,
                int column) {
            if (columnFrom != 4 || rowTo != 4) {
                super.plane(from, f, rowFrom, columnFrom, to, t, rowTo, columnTo, row, column);
                return;
            }
            int rows = row & -2;
            int columns = column & -2;
            for (int c0 = 0; c0 < columns; c0 += BLOCK) {
                int end = Math.min(c0 + BLOCK, columns);
                for (int r = 0; r < rows; r += 2) {
                    tiles(from, f + r * rowFrom, rowFrom, to, t + 4 * r, columnTo, c0, end);
                }
            }
            super.plane(
                    from, f + 4 * columns, rowFrom, 4, to, t + columns * columnTo, 4, columnTo, row, column - columns);
            super.plane(from, f + rows * rowFrom, rowFrom, 4, to, t + 4 * rows, 4, columnTo, row - rows, columns);
        }

        private void tiles(byte[] from, int f, int rowFrom, byte[] to, int t, int columnTo, int begin, int end) {
            for (int c = begin; c < end; c += 2) {
                long a = inOrder((long) LONGS.get(from, f + 4 * c));
                long b = inOrder((long) LONGS.get(from, f + rowFrom + 4 * c));
                LONGS.set(to, t + c * columnTo, low32(a, b));
                LONGS.set(to, t + c * columnTo + columnTo, high32(a, b));
            }
        }

        private long inOrder(long two) {
            return swap ? Long.rotateLeft(Long.reverseBytes(two), 32) : two;
        }
    }

    private static final class EightBytes extends CopyKernel {
        private final boolean swap;

        EightBytes(boolean swap) {
            this.swap = swap;
        }

        @Override
        void row(byte[] from, int f, int fromStride, byte[] to, int t, int toStride, int n) {
            if (swap) {
                for (int i = 0; i < n; i++) {
                    LONGS.set(to, t + i * toStride, Long.reverseBytes((long) LONGS.get(from, f + i * fromStride)));
                }
            } else {
                for (int i = 0; i < n; i++) {
                    LONGS.set(to, t + i * toStride, (long) LONGS.get(from, f + i * fromStride));
                }
            }
        }
    }

    /** Up to 32 bytes, by loads and stores that overlap where the size is no power of two. */
    private static final class FewBytes extends CopyKernel {
        private final int bytes;

        FewBytes(int bytes) {
            this.bytes = bytes;
        }

        @Override
        void row(byte[] from, int f, int fromStride, byte[] to, int t, int toStride, int n) {
            if (bytes == 3) {
                for (int i = 0, fromAt = f, toAt = t; i < n; i++, fromAt += fromStride, toAt += toStride) {
                    SHORTS.set(to, toAt, (short) SHORTS.get(from, fromAt));
                    to[toAt + 2] = from[fromAt + 2];
                }
            } else if (bytes < 8) {
                for (int i = 0, fromAt = f, toAt = t; i < n; i++, fromAt += fromStride, toAt += toStride) {
                    INTS.set(to, toAt, (int) INTS.get(from, fromAt));
                    INTS.set(to, toAt + bytes - 4, (int) INTS.get(from, fromAt + bytes - 4));
                }
            } else if (bytes <= 16) {
                for (int i = 0, fromAt = f, toAt = t; i < n; i++, fromAt += fromStride, toAt += toStride) {
                    LONGS.set(to, toAt, (long) LONGS.get(from, fromAt));
                    LONGS.set(to, toAt + bytes - 8, (long) LONGS.get(from, fromAt + bytes - 8));
                }
            } else {
                for (int i = 0, fromAt = f, toAt = t; i < n; i++, fromAt += fromStride, toAt += toStride) {
                    LONGS.set(to, toAt, (long) LONGS.get(from, fromAt));
                    LONGS.set(to, toAt + 8, (long) LONGS.get(from, fromAt + 8));
                    LONGS.set(to, toAt + bytes - 16, (long) LONGS.get(from, fromAt + bytes - 16));
                    LONGS.set(to, toAt + bytes - 8, (long) LONGS.get(from, fromAt + bytes - 8));
                }
            }
        }
    }

    private static final class ManyBytes extends CopyKernel {
        private final int bytes;

        ManyBytes(int bytes) {
            this.bytes = bytes;
        }

        @Override
        void row(byte[] from, int f, int fromStride, byte[] to, int t, int toStride, int n) {
            for (int i = 0; i < n; i++) {
                System.arraycopy(from, f + i * fromStride, to, t + i * toStride, bytes);
            }
        }
    }

    private static final long LOW_8 = 0x00FF00FF00FF00FFL;
    private static final long LOW_16 = 0x0000FFFF0000FFFFL;
    private static final long LOW_32 = 0x00000000FFFFFFFFL;

    /** The low halves of both in every unit of 16 bits, and so on: one side of a 2 x 2 exchange. */
    static long low8(long a, long b) {
        return (a & LOW_8) | ((b & LOW_8) << 8);
    }

    static long high8(long a, long b) {
        return ((a >>> 8) & LOW_8) | (b & ~LOW_8);
    }

    static long low16(long a, long b) {
        return (a & LOW_16) | ((b & LOW_16) << 16);
    }

    static long high16(long a, long b) {
        return ((a >>> 16) & LOW_16) | (b & ~LOW_16);
    }

    static long low32(long a, long b) {
        return (a & LOW_32) | (b << 32);
    }

    static long high32(long a, long b) {
        return (a >>> 32) | (b & ~LOW_32);
    }
}
