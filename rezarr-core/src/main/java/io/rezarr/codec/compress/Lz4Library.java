package io.rezarr.codec.compress;

import net.jpountz.lz4.LZ4Factory;

/** The library for LZ4 blocks. Loaded when the first block is coded, not when metadata are read. */
public final class Lz4Library {
    /** In Java where there is no native library for the platform: the same format, slower, not always the same bytes. */
    public static final LZ4Factory FACTORY = factory();

    private Lz4Library() {}

    private static LZ4Factory factory() {
        try {
            return LZ4Factory.nativeInstance();
        } catch (LinkageError | AssertionError noNativeLibrary) {
            return LZ4Factory.safeInstance();
        }
    }
}
