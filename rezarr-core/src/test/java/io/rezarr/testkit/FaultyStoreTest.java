package io.rezarr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.StoreException;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.ValueWriter;
import io.rezarr.testkit.FaultyStore.Fault;
import io.rezarr.testkit.FaultyStore.Killed;
import io.rezarr.testkit.FaultyStore.Operation;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FaultyStoreTest {
    private static final StoreKey KEY = new StoreKey("a/0");

    private final Store inner = new MemoryStore();

    private static ByteBuffer value(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    /** Without a fault it is a store like any other. */
    @Nested
    class Faultless extends StoreContract {
        @Override
        protected Store newStore() {
            return FaultyStore.faultless(new MemoryStore());
        }
    }

    @Test
    void logNamesOperationsAndKeys() {
        FaultyStore store = FaultyStore.faultless(inner);
        store.set(KEY, value(1), WriteMode.DIRECT);
        store.size(KEY);
        store.deleteAll(StorePrefix.ofPath("a"));

        assertThat(store.log())
                .containsExactly(
                        new Operation("set", "a/0"), new Operation("size", "a/0"), new Operation("deleteAll", "a/"));
        assertThat(store.changes()).isEqualTo(2);
        assertThat(store.hasBroken()).isFalse();
    }

    @Test
    void failsOnceAndGoesOn() {
        FaultyStore store = FaultyStore.atChange(1, Fault.FAIL, inner);
        store.set(KEY, value(1), WriteMode.DIRECT);
        store.size(KEY);

        assertThatThrownBy(() -> store.set(KEY, value(2), WriteMode.DIRECT))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("on purpose");
        assertThat(store.size(KEY)).isEqualTo(1);
        assertThat(store.hasBroken()).isTrue();
    }

    @Test
    void deadStoreDoesNothingMore() {
        FaultyStore store = FaultyStore.at(1, Fault.KILL_AFTER, inner);
        store.set(KEY, value(1), WriteMode.DIRECT);

        assertThatThrownBy(() -> store.set(KEY, value(2), WriteMode.DIRECT)).isInstanceOf(Killed.class);
        assertThatThrownBy(() -> store.delete(KEY)).isInstanceOf(Killed.class);
        assertThat(inner.size(KEY)).isEqualTo(2);
    }

    @Test
    void killHalfwayLeavesHalfOfADirectWrite() {
        assertThatThrownBy(() -> FaultyStore.at(0, Fault.KILL_HALFWAY, inner).set(KEY, value(10), WriteMode.DIRECT))
                .isInstanceOf(Killed.class);
        assertThat(inner.size(KEY)).isEqualTo(5);
        assertThatThrownBy(() -> FaultyStore.at(0, Fault.KILL_HALFWAY, inner).set(KEY, value(20), WriteMode.ATOMIC))
                .isInstanceOf(Killed.class);
        assertThat(inner.size(KEY)).isEqualTo(5);
    }

    @Test
    void killedWriterLeavesWhatItAppendedDirectly() {
        for (WriteMode mode : WriteMode.values()) {
            StoreKey key = new StoreKey(mode.name());
            FaultyStore store = FaultyStore.at(2, Fault.KILL_HALFWAY, inner);
            ValueWriter writer = store.writer(key, mode);
            writer.append(value(4));
            assertThatThrownBy(() -> writer.append(value(10))).isInstanceOf(Killed.class);
            assertThatCode(writer::close).doesNotThrowAnyException();

            assertThat(inner.size(key)).isEqualTo(mode == WriteMode.DIRECT ? 9 : -1);
        }
    }

    @Test
    void killHalfwayThroughADeletionLeavesHalfTheKeys() {
        for (int i = 0; i < 6; i++) {
            inner.set(new StoreKey("a/" + i % 2 + "/" + i), value(1), WriteMode.DIRECT);
        }
        assertThatThrownBy(() -> FaultyStore.at(0, Fault.KILL_HALFWAY, inner).deleteAll(StorePrefix.ROOT))
                .isInstanceOf(Killed.class);

        FaultyStore left = FaultyStore.faultless(inner);
        long[] count = new long[1];
        for (String child : new String[] {"a/0", "a/1"}) {
            left.list(StorePrefix.ofPath(child), entry -> count[0]++);
        }
        assertThat(count[0]).isEqualTo(3);
    }
}
