package io.rezarr.testkit;

import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.ByteRange;
import io.rezarr.store.ForwardingStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.ValueReader;
import io.rezarr.store.ValueWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store that breaks at the n-th operation: it fails once, as a disk does, or it dies, as a killed process does.
 *
 * <p>A dead store does nothing more, clean-up included: every later call throws {@link Killed} again (closing a writer
 * is silent). What was written directly so far stays, what was not yet renamed is invisible. Keeps a log of all
 * operations; run once with {@link #faultless} to learn how many there are. Safe for use by many threads.
 */
public final class FaultyStore extends ForwardingStore {
    /** The process was killed. Not an exception: nothing may catch it and go on. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed(String message) {
            super(message);
        }
    }

    /** What happens at the chosen operation. */
    public enum Fault {
        /** A {@link StoreException}; nothing of the operation has been done, and the store goes on. */
        FAIL,
        /** Dies before it. */
        KILL_BEFORE,
        /** Dies in the midst of it: half the bytes, half the keys. As {@link #KILL_BEFORE} where there is no half. */
        KILL_HALFWAY,
        /** Dies after it. */
        KILL_AFTER
    }

    /**
     * One call.
     *
     * @param name of the method
     * @param key or prefix
     */
    public record Operation(String name, String key) {
        /** Whether it changes what is stored. */
        public boolean isChange() {
            return switch (name) {
                case "set", "writer", "append", "writeAt", "commit", "delete", "deleteAll" -> true;
                default -> false;
            };
        }

        @Override
        public String toString() {
            return name + " " + key;
        }
    }

    private interface Action {
        void run();
    }

    private final int faultyOperation;
    private final Fault fault;
    private final boolean changesOnly;
    private final List<Operation> log = new ArrayList<>();
    private final Set<FaultyWriter> openWriters = new LinkedHashSet<>();
    private int counted;
    private boolean dead;

    private FaultyStore(Store inner, int faultyOperation, Fault fault, boolean changesOnly) {
        super(inner);
        this.faultyOperation = faultyOperation;
        this.fault = fault;
        this.changesOnly = changesOnly;
    }

    /** Only keeps the log. */
    public static FaultyStore faultless(Store inner) {
        return new FaultyStore(inner, -1, Fault.FAIL, false);
    }

    /** @param operation which one breaks, from 0, in the order of the calls */
    public static FaultyStore at(int operation, Fault fault, Store inner) {
        return new FaultyStore(inner, operation, fault, false);
    }

    /** @param change which one breaks, from 0, counting only operations that change something */
    public static FaultyStore atChange(int change, Fault fault, Store inner) {
        return new FaultyStore(inner, change, fault, true);
    }

    /** All operations so far, also those that failed. */
    public synchronized List<Operation> log() {
        return List.copyOf(log);
    }

    /** How many operations so far changed what is stored. */
    public synchronized int changes() {
        return (int) log.stream().filter(Operation::isChange).count();
    }

    /** Whether the chosen operation has come. */
    public synchronized boolean hasBroken() {
        return faultyOperation >= 0 && counted > faultyOperation;
    }

    private void perform(String name, String key, Action whole) {
        perform(name, key, whole, () -> {});
    }

    private synchronized void perform(String name, String key, Action whole, Action half) {
        requireAlive(name, key);
        Operation operation = new Operation(name, key);
        log.add(operation);
        boolean now = (!changesOnly || operation.isChange()) && counted++ == faultyOperation;
        if (!now) {
            whole.run();
            return;
        }
        switch (fault) {
            case FAIL ->
                throw new StoreException(
                        "cannot " + name + " '" + key + "' in '" + location() + "': failed on purpose.");
            case KILL_BEFORE -> {}
            case KILL_HALFWAY -> half.run();
            case KILL_AFTER -> whole.run();
        }
        die();
        throw new Killed("killed at " + operation);
    }

    private void requireAlive(String name, String key) {
        if (dead) {
            throw new Killed("dead already at " + name + " " + key);
        }
    }

    /** What was appended directly stays as it is, like the file of a killed process; the rest was not visible yet. */
    private void die() {
        dead = true;
        for (FaultyWriter writer : openWriters) {
            if (writer.mode == WriteMode.DIRECT) {
                writer.writer.commit();
            }
            writer.writer.close();
        }
        openWriters.clear();
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        @Nullable ByteBuffer[] value = new @Nullable ByteBuffer[1];
        perform("get", key.value(), () -> value[0] = inner.get(key, maxBytes, workspace));
        return value[0];
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace) {
        @Nullable ByteBuffer[] value = new @Nullable ByteBuffer[1];
        perform("getRange", key.value(), () -> value[0] = inner.get(key, range, workspace));
        return value[0];
    }

    @Override
    public @Nullable ValueReader reader(StoreKey key) {
        return RangeRequests.of(this, key);
    }

    @Override
    public long size(StoreKey key) {
        long[] bytes = new long[1];
        perform("size", key.value(), () -> bytes[0] = inner.size(key));
        return bytes[0];
    }

    @Override
    public void list(StorePrefix prefix, Consumer<StoreEntry> children) {
        List<StoreEntry> entries = new ArrayList<>();
        perform("list", prefix.value(), () -> inner.list(prefix, entries::add));
        entries.forEach(children);
    }

    @Override
    public void listNames(StorePrefix prefix, Consumer<String> names) {
        List<String> found = new ArrayList<>();
        perform("listNames", prefix.value(), () -> inner.listNames(prefix, found::add));
        found.forEach(names);
    }

    @Override
    public void set(StoreKey key, ByteBuffer value, WriteMode mode) {
        perform("set", key.value(), () -> inner.set(key, value, mode), () -> {
            if (mode == WriteMode.DIRECT) {
                inner.set(key, firstHalf(value), mode);
            }
        });
    }

    private static ByteBuffer firstHalf(ByteBuffer bytes) {
        return bytes.slice(bytes.position(), bytes.remaining() / 2);
    }

    @Override
    public ValueWriter writer(StoreKey key, WriteMode mode) {
        @Nullable FaultyWriter[] writer = new @Nullable FaultyWriter[1];
        perform("writer", key.value(), () -> {
            FaultyWriter opened = new FaultyWriter(key, mode, inner.writer(key, mode));
            openWriters.add(opened);
            writer[0] = opened;
        });
        return Objects.requireNonNull(writer[0]);
    }

    @Override
    public void delete(StoreKey key) {
        perform("delete", key.value(), () -> inner.delete(key));
    }

    @Override
    public void deleteAll(StorePrefix prefix) {
        perform("deleteAll", prefix.value(), () -> inner.deleteAll(prefix), () -> {
            List<StoreKey> keys = new ArrayList<>();
            collect(prefix, keys);
            keys.sort(null);
            keys.subList(0, keys.size() / 2).forEach(inner::delete);
        });
    }

    private void collect(StorePrefix prefix, List<StoreKey> keys) {
        inner.list(prefix, entry -> {
            if (entry.kind() == StoreEntry.Kind.VALUE) {
                keys.add(prefix.key(entry.name()));
            } else {
                collect(prefix.child(entry.name()), keys);
            }
        });
    }

    private final class FaultyWriter implements ValueWriter {
        private final StoreKey key;
        private final WriteMode mode;
        private final ValueWriter writer;

        FaultyWriter(StoreKey key, WriteMode mode, ValueWriter writer) {
            this.key = key;
            this.mode = mode;
            this.writer = writer;
        }

        @Override
        public void append(ByteBuffer bytes) {
            perform("append", key.value(), () -> writer.append(bytes), () -> writer.append(firstHalf(bytes)));
        }

        @Override
        public long position() {
            return writer.position();
        }

        @Override
        public void writeAt(long offset, ByteBuffer bytes) {
            perform(
                    "writeAt",
                    key.value(),
                    () -> writer.writeAt(offset, bytes),
                    () -> writer.writeAt(offset, firstHalf(bytes)));
        }

        @Override
        public void commit() {
            perform("commit", key.value(), () -> {
                writer.commit();
                openWriters.remove(this);
            });
        }

        @Override
        public void close() {
            synchronized (FaultyStore.this) {
                if (!dead) {
                    openWriters.remove(this);
                    writer.close();
                }
            }
        }
    }
}
