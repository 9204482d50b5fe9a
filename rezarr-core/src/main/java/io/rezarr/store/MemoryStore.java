package io.rezarr.store;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Values in the memory of this process, not counted against any budget: for tests and small examples. */
public final class MemoryStore implements Store {
    private static final ConcurrentMap<String, MemoryStore> NAMED = new ConcurrentHashMap<>();

    private final String location;
    private final ConcurrentNavigableMap<String, byte[]> values = new ConcurrentSkipListMap<>();

    public MemoryStore() {
        this("memory:");
    }

    private MemoryStore(String location) {
        this.location = location;
    }

    /** The one store of that name in this process, empty at first. */
    static MemoryStore named(String location) {
        return NAMED.computeIfAbsent(location, MemoryStore::new);
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        byte[] value = values.get(key.value());
        if (value == null) {
            return null;
        }
        if (value.length > maxBytes) {
            throw new MalformedDataException(
                            "stored value", maxBytes, "expected at most " + maxBytes + " bytes, found " + value.length)
                    .at(nameOf(key));
        }
        return copy(value, 0, value.length, workspace);
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace) {
        byte[] value = values.get(key.value());
        if (value == null) {
            return null;
        }
        long offset = range.offset() < 0 ? value.length + range.offset() : range.offset();
        if (offset < 0 || offset > value.length - (long) range.length()) {
            throw range.isBeyond(value.length).at(nameOf(key));
        }
        return copy(value, (int) offset, range.length(), workspace);
    }

    @Override
    public @Nullable ValueReader reader(StoreKey key) {
        byte[] value = values.get(key.value());
        return value == null ? null : new Reader(value, nameOf(key));
    }

    private static final class Reader implements ValueReader {
        private final byte[] value;
        private final String name;

        Reader(byte[] value, String name) {
            this.value = value;
            this.name = name;
        }

        @Override
        public long bytes() {
            return value.length;
        }

        @Override
        public void read(long offset, byte[] target, int to, int length) {
            FileReads.requireWithin(offset, length, value.length, name);
            System.arraycopy(value, (int) offset, target, to, length);
        }

        @Override
        public void close() {}
    }

    private static ByteBuffer copy(byte[] value, int offset, int length, Workspace workspace) {
        byte[] bytes = workspace.borrow(length);
        System.arraycopy(value, offset, bytes, 0, length);
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private String nameOf(StoreKey key) {
        return location() + "/" + key;
    }

    @Override
    public long size(StoreKey key) {
        byte[] value = values.get(key.value());
        return value == null ? -1 : value.length;
    }

    @Override
    public void list(StorePrefix prefix, Consumer<StoreEntry> children) {
        String start = prefix.value();
        String key = values.ceilingKey(start);
        while (key != null && key.startsWith(start)) {
            int slash = key.indexOf('/', start.length());
            if (slash < 0) {
                long bytes = size(new StoreKey(key));
                if (bytes >= 0) {
                    children.accept(new StoreEntry(key.substring(start.length()), StoreEntry.Kind.VALUE, bytes));
                }
                key = values.higherKey(key);
            } else {
                children.accept(new StoreEntry(key.substring(start.length(), slash), StoreEntry.Kind.PREFIX, -1));
                // The first key behind all that begin with this child and a slash.
                key = values.ceilingKey(afterChildren(key.substring(0, slash)));
            }
        }
    }

    /** Behind every key below a prefix, which is given without its slash: {@code '0'} follows {@code '/'}. */
    private static String afterChildren(String path) {
        return path + '0';
    }

    @Override
    public String describe(StorePrefix prefix) {
        return Descriptions.ofChildren("is a prefix", names -> listNames(prefix, names));
    }

    @Override
    public void set(StoreKey key, ByteBuffer value, WriteMode mode) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        values.put(key.value(), bytes);
    }

    @Override
    public ValueWriter writer(StoreKey key, WriteMode mode) {
        return new Writer(key);
    }

    @Override
    public boolean canWriteAt() {
        return true;
    }

    @Override
    public void delete(StoreKey key) {
        values.remove(key.value());
    }

    @Override
    public void deleteAll(StorePrefix prefix) {
        below(prefix).clear();
    }

    private NavigableMap<String, byte[]> below(StorePrefix prefix) {
        return prefix.equals(StorePrefix.ROOT)
                ? values
                : values.subMap(prefix.value(), true, afterChildren(prefix.path()), false);
    }

    @Override
    public void close() {}

    private final class Writer implements ValueWriter {
        private final StoreKey key;
        private byte[] bytes = new byte[256];
        private int length;
        private boolean finished;

        Writer(StoreKey key) {
            this.key = key;
        }

        @Override
        public void append(ByteBuffer more) {
            requireOpen();
            int end = Math.addExact(length, more.remaining());
            if (end > bytes.length) {
                bytes = Arrays.copyOf(
                        bytes, (int) Math.min(Math.max(end, 2L * bytes.length), Workspace.MAX_ARRAY_BYTES));
            }
            more.get(bytes, length, more.remaining());
            length = end;
        }

        @Override
        public long position() {
            return length;
        }

        @Override
        public void writeAt(long offset, ByteBuffer replacement) {
            requireOpen();
            if (offset < 0 || offset > length - replacement.remaining()) {
                throw new IllegalArgumentException(replacement.remaining() + " bytes at " + offset
                        + " were not all appended before: the value has " + length);
            }
            replacement.get(bytes, (int) offset, replacement.remaining());
        }

        @Override
        public void commit() {
            requireOpen();
            finished = true;
            values.put(key.value(), Arrays.copyOf(bytes, length));
        }

        private void requireOpen() {
            if (finished) {
                throw new IllegalStateException("'" + key + "' is written already, or was given up");
            }
        }

        @Override
        public void close() {
            finished = true;
        }
    }
}
