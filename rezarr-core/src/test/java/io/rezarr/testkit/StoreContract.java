package io.rezarr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import io.rezarr.store.ValueReader;
import io.rezarr.store.ValueWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises. The test of an implementation extends it, and adds what is its own. */
public abstract class StoreContract {
    private static final int MIB = 1 << 20;

    protected final Workspace workspace = new Workspace();
    private @Nullable Store store;

    /** A store in which nothing is. */
    protected abstract Store newStore() throws Exception;

    @BeforeEach
    void makeStore() throws Exception {
        store = newStore();
    }

    @AfterEach
    void closeStore() {
        workspace.close();
        store().close();
    }

    protected final Store store() {
        if (store == null) {
            throw new IllegalStateException("no store before the test began");
        }
        return store;
    }

    @Test
    void absentValueIsNull() {
        put("a/b/0", 1);

        for (String key : List.of("x", "a/b/1", "a/x/0", "a/b/0/deeper")) {
            StoreKey absent = new StoreKey(key);
            assertThat(store().get(absent, 10, workspace)).isNull();
            assertThat(store().get(absent, new ByteRange(0, 1), workspace)).isNull();
            assertThat(store().get(absent, ByteRange.suffix(1), workspace)).isNull();
            assertThat(store().size(absent)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 65535, 65536, 65537, MIB, 3 * MIB + 17})
    void valueReadsBackWhateverItsSize(int bytes) {
        byte[] value = random(bytes);
        StoreKey key = new StoreKey("a/c/0/1");
        for (WriteMode mode : WriteMode.values()) {
            store().set(key, ByteBuffer.wrap(value), mode);

            assertThat(store().size(key)).isEqualTo(bytes);
            assertThat(read(key, bytes)).isEqualTo(value);
            assertThat(read(key, Long.MAX_VALUE)).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 65536, 65537, 2 * MIB})
    void valueLargerThanAcceptedIsRefused(int bytes) {
        put("c/0", random(bytes));

        assertThatThrownBy(() -> store().get(new StoreKey("c/0"), bytes - 1L, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(store().location())
                .hasMessageContaining("c/0")
                .hasMessageContaining("at most " + (bytes - 1) + " bytes")
                .hasMessageContaining("found " + bytes);
    }

    @Test
    void writtenBufferIsNotChangedAndOnlyItsRemainingBytesCount() {
        ByteBuffer value = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3);

        store().set(new StoreKey("k"), value, WriteMode.ATOMIC);

        assertThat(value.position()).isEqualTo(1);
        assertThat(value.limit()).isEqualTo(4);
        assertThat(read(new StoreKey("k"), 10)).containsExactly(1, 2, 3);
    }

    @Test
    void valueThatWasReadStaysUntilTheWorkspaceIsReleased() {
        put("a", 1, 1);
        put("b", 2, 2);

        ByteBuffer a = store().get(new StoreKey("a"), 10, workspace);
        ByteBuffer b = store().get(new StoreKey("b"), 10, workspace);

        assertThat(bytesOf(a)).containsExactly(1, 1);
        assertThat(bytesOf(b)).containsExactly(2, 2);
    }

    @Test
    void rangesCountFromEitherEnd() {
        byte[] value = random(100_000);
        put("v", value);

        assertThat(part("v", new ByteRange(0, 5))).isEqualTo(Arrays.copyOf(value, 5));
        assertThat(part("v", new ByteRange(7, 80_000))).isEqualTo(Arrays.copyOfRange(value, 7, 80_007));
        assertThat(part("v", new ByteRange(99_999, 1))).isEqualTo(Arrays.copyOfRange(value, 99_999, 100_000));
        assertThat(part("v", ByteRange.suffix(16))).isEqualTo(Arrays.copyOfRange(value, 99_984, 100_000));
        assertThat(part("v", new ByteRange(-16, 4))).isEqualTo(Arrays.copyOfRange(value, 99_984, 99_988));
        assertThat(part("v", ByteRange.suffix(100_000))).isEqualTo(value);
        assertThat(part("v", new ByteRange(100_000, 0))).isEmpty();
    }

    @Test
    void rangeBeyondTheValueIsRefused() {
        put("v", random(10));

        List<ByteRange> beyond = List.of(
                new ByteRange(0, 11),
                new ByteRange(10, 1),
                new ByteRange(11, 1),
                new ByteRange(Long.MAX_VALUE, 1),
                new ByteRange(Long.MAX_VALUE - 1, 100_000),
                new ByteRange(0, Integer.MAX_VALUE - 8),
                ByteRange.suffix(11));
        for (ByteRange range : beyond) {
            assertThatThrownBy(() -> store().get(new StoreKey("v"), range, workspace))
                    .as(range.toString())
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("v")
                    .hasMessageContaining("10 bytes");
        }
    }

    @Test
    void openedValueIsReadPartByPart() {
        byte[] value = random(3 * MIB + 17);
        put("a/v", value);

        try (ValueReader reader = Objects.requireNonNull(store().reader(new StoreKey("a/v")))) {
            assertThat(reader.bytes()).isEqualTo(value.length);
            byte[] target = new byte[value.length + 2];
            reader.read(0, target, 1, value.length);
            assertThat(Arrays.copyOfRange(target, 1, value.length + 1)).isEqualTo(value);
            reader.read(MIB, target, 0, 5);
            assertThat(Arrays.copyOf(target, 5)).isEqualTo(Arrays.copyOfRange(value, MIB, MIB + 5));
            reader.read(value.length, target, 0, 0);
            assertThatThrownBy(() -> reader.read(value.length - 4, target, 0, 5))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("a/v")
                    .hasMessageContaining("5 bytes at offset " + (value.length - 4) + ", but it has " + value.length);
            assertThatThrownBy(() -> reader.read(0, new byte[4], 0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(store().reader(new StoreKey("a/x"))).isNull();
    }

    @Test
    void anyNumberOfValuesMayBeOpen() {
        byte[] value = random(100);
        put("v", value);
        List<ValueReader> readers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            readers.add(Objects.requireNonNull(store().reader(new StoreKey("v"))));
        }
        for (ValueReader reader : readers) {
            byte[] target = new byte[10];
            reader.read(7, target, 0, 10);
            assertThat(target).isEqualTo(Arrays.copyOfRange(value, 7, 17));
            reader.close();
            reader.close();
        }
    }

    @Test
    void listingShowsDirectChildren() {
        put("top", 1);
        put("a/0", 1, 2, 3);
        put("a/b/1", 1);
        put("a/b/2", 1);
        put("a-b", 1);
        put("ab", 1);

        assertThat(children(""))
                .containsExactlyInAnyOrder(
                        new StoreEntry("top", StoreEntry.Kind.VALUE, 1),
                        new StoreEntry("a", StoreEntry.Kind.PREFIX, -1),
                        new StoreEntry("a-b", StoreEntry.Kind.VALUE, 1),
                        new StoreEntry("ab", StoreEntry.Kind.VALUE, 1));
        assertThat(children("a"))
                .containsExactlyInAnyOrder(
                        new StoreEntry("0", StoreEntry.Kind.VALUE, 3), new StoreEntry("b", StoreEntry.Kind.PREFIX, -1));
        List<String> names = new ArrayList<>();
        store().listNames(StorePrefix.ofPath("a"), names::add);
        assertThat(names).containsExactlyInAnyOrder("0", "b");
    }

    @Test
    void listingOfNothingShowsNothing() {
        put("a/value", 1);

        for (String path : List.of("x", "a/x/y", "a/value", "a/value/x")) {
            assertThat(children(path)).as(path).isEmpty();
        }
    }

    @Test
    void descriptionTellsWhatStandsThere() {
        for (int i = 0; i < 7; i++) {
            put("a/" + i, 1);
        }

        assertThat(store().describe(StorePrefix.ofPath("a")))
                .contains("7 entries")
                .contains("'0', '1'");
        assertThat(store().describe(StorePrefix.ofPath("x"))).matches(".*(does not exist|without entries).*");
    }

    @Test
    void failureOfAListenerPassesThrough() {
        put("a", 1);
        IllegalStateException failure = new IllegalStateException("listener");

        assertThatThrownBy(() -> store().list(StorePrefix.ROOT, entry -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @ParameterizedTest
    @EnumSource(WriteMode.class)
    void piecesBecomeOneValue(WriteMode mode) {
        byte[] value = random(300_000);
        StoreKey key = new StoreKey("c/0");
        try (ValueWriter writer = store().writer(key, mode)) {
            int position = 0;
            for (int length : new int[] {1, 0, 10, 65_535, 2, 100_000, 65_536, 5, 68_911}) {
                ByteBuffer piece = ByteBuffer.wrap(value, position, length);
                writer.append(piece);
                assertThat(piece.hasRemaining()).isFalse();
                position += length;
                assertThat(writer.position()).isEqualTo(position);
            }
            writer.commit();
        }

        assertThat(read(key, MIB)).isEqualTo(value);
    }

    @ParameterizedTest
    @EnumSource(WriteMode.class)
    void keptPlaceIsFilledLater(WriteMode mode) {
        if (!store().canWriteAt()) {
            return;
        }
        byte[] value = random(200_000);
        byte[] withHole = value.clone();
        Arrays.fill(withHole, 3, 1003, (byte) 0);
        StoreKey key = new StoreKey("c/0");
        try (ValueWriter writer = store().writer(key, mode)) {
            writer.append(ByteBuffer.wrap(withHole, 0, 1500));
            writer.append(ByteBuffer.wrap(withHole, 1500, 198_500));
            writer.writeAt(3, ByteBuffer.wrap(value, 3, 1000));
            assertThat(writer.position()).isEqualTo(200_000);
            assertThatThrownBy(() -> writer.writeAt(199_999, ByteBuffer.wrap(new byte[2])))
                    .isInstanceOf(IllegalArgumentException.class);
            writer.commit();
        }

        assertThat(read(key, MIB)).isEqualTo(value);
    }

    @ParameterizedTest
    @EnumSource(WriteMode.class)
    void writerThatIsClosedWithoutCommitLeavesNothing(WriteMode mode) {
        try (ValueWriter writer = store().writer(new StoreKey("c/0"), mode)) {
            writer.append(ByteBuffer.wrap(random(100_000)));
        }
        store().writer(new StoreKey("c/1"), mode).close();

        assertThat(children("c")).isEmpty();
    }

    @Test
    void finishedWriterTakesNoMore() {
        try (ValueWriter writer = store().writer(new StoreKey("k"), WriteMode.ATOMIC)) {
            writer.commit();

            assertThatThrownBy(() -> writer.append(ByteBuffer.wrap(new byte[1])))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'k'");
            assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
        }
        assertThat(read(new StoreKey("k"), 10)).isEmpty();
    }

    @Test
    void oldValueStaysUntilAnAtomicWriterCommits() {
        StoreKey key = new StoreKey("zarr.json");
        put("zarr.json", 1, 2);
        try (ValueWriter writer = store().writer(key, WriteMode.ATOMIC)) {
            writer.append(ByteBuffer.wrap(new byte[] {3}));
            assertThat(read(key, 10)).containsExactly(1, 2);
            writer.commit();
            assertThat(read(key, 10)).containsExactly(3);
        }
    }

    @Test
    void atomicValueIsNeverSeenInPart() throws Exception {
        StoreKey key = new StoreKey("zarr.json");
        byte[][] versions = {new byte[100_000], new byte[150_000]};
        Arrays.fill(versions[1], (byte) 1);
        store().set(key, ByteBuffer.wrap(versions[0]), WriteMode.ATOMIC);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        Thread reader = new Thread(() -> {
            try (Workspace own = new Workspace()) {
                do {
                    int mark = own.mark();
                    byte[] seen = bytesOf(store().get(key, MIB, own));
                    assertThat(seen.length == 100_000 || seen.length == 150_000).isTrue();
                    assertThat(Arrays.equals(seen, versions[seen[0]])).isTrue();
                    own.releaseTo(mark);
                } while (done.getCount() > 0);
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        reader.start();
        for (int i = 1; i <= 100; i++) {
            store().set(key, ByteBuffer.wrap(versions[i % 2]), WriteMode.ATOMIC);
        }
        done.countDown();
        reader.join();

        assertThat(failure.get()).isNull();
    }

    @Test
    void deletedValueIsAbsent() {
        put("a/0", 1);
        put("a/1", 1);

        store().delete(new StoreKey("a/0"));
        store().delete(new StoreKey("a/0"));
        store().delete(new StoreKey("x/y"));

        assertThat(store().size(new StoreKey("a/0"))).isEqualTo(-1);
        assertThat(store().size(new StoreKey("a/1"))).isEqualTo(1);
    }

    @Test
    void deletingAPrefixSparesItsNeighbours() {
        for (String key : List.of("a/0", "a/b/c/1", "a.b", "a0", "ab/0", "z")) {
            put(key, 1);
        }

        store().deleteAll(StorePrefix.ofPath("a"));
        store().deleteAll(StorePrefix.ofPath("absent/x"));

        assertThat(children("").stream().map(StoreEntry::name)).containsExactlyInAnyOrder("a.b", "a0", "ab", "z");
        put("a/b/c/1", 2);
        assertThat(read(new StoreKey("a/b/c/1"), 10)).containsExactly(2);
    }

    @Test
    void deletingTheRootLeavesAStoreThatCanBeWritten() {
        put("a/0", 1);
        put("z", 1);

        store().deleteAll(StorePrefix.ROOT);

        assertThat(children("")).isEmpty();
        put("a/0", 3);
        assertThat(read(new StoreKey("a/0"), 10)).containsExactly(3);
    }

    @Test
    void manyThreadsWriteAndReadTheirOwnKeys() throws Exception {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int id = t;
            Thread thread = new Thread(() -> {
                try (Workspace own = new Workspace()) {
                    for (int i = 0; i < 200; i++) {
                        StoreKey key = new StoreKey("c/" + i % 7 + "/" + id + "/" + i);
                        store().set(key, ByteBuffer.wrap(new byte[] {(byte) id, (byte) i}), WriteMode.DIRECT);
                        assertThat(bytesOf(store().get(key, 2, own))).containsExactly((byte) id, (byte) i);
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failure.get()).isNull();
    }

    protected final void put(String key, int... bytes) {
        byte[] value = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            value[i] = (byte) bytes[i];
        }
        put(key, value);
    }

    protected final void put(String key, byte[] value) {
        store().set(new StoreKey(key), ByteBuffer.wrap(value), WriteMode.DIRECT);
    }

    protected final byte[] read(StoreKey key, long maxBytes) {
        byte[] value = bytesOf(store().get(key, maxBytes, workspace));
        assertThat(bytesOf(Stores.readWhole(store(), key, maxBytes))).isEqualTo(value);
        return value;
    }

    private byte[] part(String key, ByteRange range) {
        return bytesOf(store().get(new StoreKey(key), range, workspace));
    }

    protected final List<StoreEntry> children(String path) {
        List<StoreEntry> entries = new ArrayList<>();
        store().list(StorePrefix.ofPath(path), entries::add);
        return entries;
    }

    protected static byte[] bytesOf(@Nullable ByteBuffer value) {
        if (value == null) {
            throw new AssertionError("the value is absent");
        }
        assertThat(value.hasArray()).isTrue();
        assertThat(value.position()).isZero();
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return bytes;
    }

    protected static byte[] random(int bytes) {
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        return value;
    }
}
