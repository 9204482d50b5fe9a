package io.rezarr.codec.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tukaani.xz.ArrayCache;

/**
 * The large arrays of one thread's xz coders, from chunk to chunk. When one is wanted that fits none, all are let go: what is held is never more
 * than what one coder needs.
 */
final class XzArrays extends ArrayCache implements AutoCloseable {
    private final List<byte[]> bytes = new ArrayList<>();
    private final List<int[]> ints = new ArrayList<>();

    @Override
    public byte[] getByteArray(int size, boolean fillWithZeros) {
        for (int i = 0; i < bytes.size(); i++) {
            if (bytes.get(i).length == size) {
                byte[] found = bytes.remove(i);
                if (fillWithZeros) {
                    Arrays.fill(found, (byte) 0);
                }
                return found;
            }
        }
        close();
        return new byte[size];
    }

    @Override
    public void putArray(byte[] array) {
        bytes.add(array);
    }

    @Override
    public int[] getIntArray(int size, boolean fillWithZeros) {
        for (int i = 0; i < ints.size(); i++) {
            if (ints.get(i).length == size) {
                int[] found = ints.remove(i);
                if (fillWithZeros) {
                    Arrays.fill(found, 0);
                }
                return found;
            }
        }
        close();
        return new int[size];
    }

    @Override
    public void putArray(int[] array) {
        ints.add(array);
    }

    @Override
    public void close() {
        bytes.clear();
        ints.clear();
    }
}
