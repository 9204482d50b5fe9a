package io.rezarr.store;

import io.rezarr.testkit.StoreContract;

class MemoryStoreTest extends StoreContract {
    @Override
    protected Store newStore() {
        return new MemoryStore();
    }
}
