package io.rezarr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.memory.Workspace;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.ValueWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises that can be written. The test of an implementation extends it, and adds what is its own. */
public abstract class StoreContract extends ReadContract {
    @Override
    protected void put(String key, byte[] value) {
        store().set(new StoreKey(key), ByteBuffer.wrap(value), WriteMode.DIRECT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65536, 3 * MIB + 17})
    void valueIsWrittenInEitherMode(int bytes) {
        byte[] value = random(bytes);
        StoreKey key = new StoreKey("a/c/0/1");
        for (WriteMode mode : WriteMode.values()) {
            store().set(key, ByteBuffer.wrap(value), mode);

            assertThat(store().size(key)).isEqualTo(bytes);
            assertThat(read(key, bytes)).isEqualTo(value);
        }
    }

    @Test
    void writtenBufferIsNotChangedAndOnlyItsRemainingBytesCount() {
        ByteBuffer value = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3);

        store().set(new StoreKey("k"), value, WriteMode.ATOMIC);

        assertThat(value.position()).isEqualTo(1);
        assertThat(value.limit()).isEqualTo(4);
        assertThat(read(new StoreKey("k"), 10)).containsExactly(1, 2, 3);
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
}
