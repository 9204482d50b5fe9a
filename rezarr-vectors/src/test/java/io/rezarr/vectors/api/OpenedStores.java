package io.rezarr.vectors.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.store.ForwardingStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.vectors.layout.VectorStores;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Opens sources, and counts how often each is closed. */
final class OpenedStores implements Function<StoreLocation, Store> {
    private final List<Counted> opened = new ArrayList<>();

    private static final class Counted extends ForwardingStore {
        private int closes;

        Counted(Store inner) {
            super(inner);
        }

        @Override
        public void close() {
            closes++;
            super.close();
        }
    }

    @Override
    public Store apply(StoreLocation location) {
        Counted store = new Counted(VectorStores.readable(location));
        opened.add(store);
        return store;
    }

    void requireEachClosedOnce(int count) {
        assertThat(opened)
                .hasSize(count)
                .allSatisfy(store -> assertThat(store.closes).isEqualTo(1));
    }
}
