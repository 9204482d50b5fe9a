package io.rezarr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import io.rezarr.store.ValueReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reading promises in every store. Of those that can only be read, a test extends this, of others {@link StoreContract}. */
public abstract class ReadContract {
    protected static final int MIB = 1 << 20;

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

    /** The store that was made for this test. */
    protected Store store() {
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
        put(key.value(), value);

        assertThat(store().size(key)).isEqualTo(bytes);
        assertThat(read(key, bytes)).isEqualTo(value);
        assertThat(read(key, Long.MAX_VALUE)).isEqualTo(value);
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
        if (!store().canList()) {
            assertThatThrownBy(() -> children(""))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining(store().location());
            return;
        }
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
        if (!store().canList()) {
            assertThatThrownBy(() -> children(""))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining(store().location());
            return;
        }
        put("a/value", 1);

        for (String path : List.of("x", "a/x/y", "a/value", "a/value/x")) {
            assertThat(children(path)).as(path).isEmpty();
        }
    }

    @Test
    void descriptionTellsWhatStandsThere() {
        if (!store().canList()) {
            assertThat(store().describe(StorePrefix.ROOT)).contains("cannot be listed");
            return;
        }
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
        if (!store().canList()) {
            assertThatThrownBy(() -> children(""))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining(store().location());
            return;
        }
        put("a", 1);
        IllegalStateException failure = new IllegalStateException("listener");

        assertThatThrownBy(() -> store().list(StorePrefix.ROOT, entry -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    protected final void put(String key, int... bytes) {
        byte[] value = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            value[i] = (byte) bytes[i];
        }
        put(key, value);
    }

    protected final byte[] read(StoreKey key, long maxBytes) {
        byte[] value = bytesOf(store().get(key, maxBytes, workspace));
        assertThat(bytesOf(Stores.readWhole(store(), key, maxBytes))).isEqualTo(value);
        return value;
    }

    /** Makes a value that the store shows, by whatever way it gets there. */
    protected abstract void put(String key, byte[] value);

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
