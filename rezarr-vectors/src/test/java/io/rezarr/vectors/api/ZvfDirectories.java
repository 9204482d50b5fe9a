package io.rezarr.vectors.api;

import io.rezarr.memory.Workspace;
import io.rezarr.store.FileStore;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.ZvfStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Stores of the reference implementations in directories. */
final class ZvfDirectories {
    private ZvfDirectories() {}

    /** Writes one of {@link ZvfStores#all}. */
    static Path unpack(String name, Path directory) {
        return write(ZvfStores.copyOf(name), directory.resolve(name.replace('/', '-')));
    }

    /** Writes a store. */
    static Path write(MemoryStore store, Path path) {
        try (FileStore target = FileStore.open(path)) {
            copy(store, StorePrefix.ROOT, target);
        }
        return path;
    }

    private static void copy(MemoryStore from, StorePrefix prefix, Store to) {
        List<StoreEntry> children = new ArrayList<>();
        from.list(prefix, children::add);
        for (StoreEntry child : children) {
            if (child.kind() == StoreEntry.Kind.PREFIX) {
                copy(from, prefix.child(child.name()), to);
                continue;
            }
            try (Workspace workspace = new Workspace()) {
                StoreKey key = prefix.key(child.name());
                to.set(
                        key,
                        Objects.requireNonNull(from.get(key, Integer.MAX_VALUE, workspace)),
                        Store.WriteMode.DIRECT);
            }
        }
    }

    /** The files of values, not documents, below a directory, sorted. */
    static List<Path> values(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("zarr.json"))
                    .sorted()
                    .toList();
        }
    }
}
