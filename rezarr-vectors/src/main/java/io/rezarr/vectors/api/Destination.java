package io.rezarr.vectors.api;

import io.rezarr.commit.SourceCheck;
import io.rezarr.commit.Staged;
import io.rezarr.commit.StagedAdditions;
import io.rezarr.commit.StagedNode;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.store.FileStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.metadata.LevelNumbers;
import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.PartialStore;
import io.rezarr.vectors.rechunk.LevelByLevel;
import io.rezarr.vectors.write.StoreGrids;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where a result is written until it becomes visible: a store of its own, or levels for a store that gets them one by one. */
abstract class Destination implements AutoCloseable {
    /** Where values are written; to be closed. */
    abstract Store open(FileStore.Fsync fsync);

    /** The directory that is written to; {@code null} if it is none. */
    abstract @Nullable Path directory();

    /**
     * Where scratch files go.
     *
     * @param named the directory that was named for them; {@code null} if none was
     */
    abstract Path scratch(@Nullable String named);

    /** What a run must know of the levels that others write; {@code null} if all of the store is written by one. */
    @Nullable
    LevelByLevel levels(Store target) {
        return null;
    }

    /** Notes what the runs that follow must know. */
    void note(Store target, LinksConvention convention) {}

    /** What will stand there, for reading; closed with what was written. */
    Store result(Store written) {
        return written;
    }

    abstract void commit(SourceCheck source);

    /** Without a commit, removes what was written. */
    @Override
    public abstract void close();

    /** A store of its own. */
    static Destination of(Staged staged) {
        return new OfNode(staged);
    }

    /** Also the first levels of a store that gets them one by one. */
    private static class OfNode extends Destination {
        private final Staged staged;

        OfNode(Staged staged) {
            this.staged = staged;
        }

        @Override
        Store open(FileStore.Fsync fsync) {
            return staged.open(fsync);
        }

        @Override
        @Nullable
        Path directory() {
            return staged.directory();
        }

        @Override
        Path scratch(@Nullable String named) {
            return staged.scratch(named);
        }

        @Override
        void commit(SourceCheck source) {
            staged.commit(source);
        }

        @Override
        public void close() {
            staged.close();
        }
    }

    /**
     * What a store that gets its levels one by one will be.
     *
     * @param source of the levels
     * @param fingerprint of its metadata
     */
    record Whole(VectorStore source, String fingerprint, StoreGrids grids, List<Integer> levels, Existing existing) {
        private PartialStore notes(LinksConvention convention) {
            return new PartialStore(
                    source.store().location(),
                    fingerprint,
                    grids.chunkShape(),
                    grids.binShape(),
                    convention,
                    source.levelNumbers(),
                    LevelByLevel.families(source));
        }

        /**
         * Refuses a store that these levels cannot be added to.
         *
         * @param there the store that stands there
         */
        PartialStore require(Store there, Path path) {
            PartialStore notes = PartialStore.find(there, StorePrefix.ROOT);
            if (notes == null) {
                throw new RefusedException(
                        "'" + path + "' exists already, and is no store that gets its levels one by one:"
                                + " it has all of them, or was made otherwise. Choose another destination.");
            }
            if (!notes.fingerprint().equals(fingerprint)) {
                throw new RefusedException("'" + path + "' gets its levels from '" + notes.source() + "', but '"
                        + source.store().location()
                        + "' is another store, or has been changed since. Choose another destination, or begin again.");
            }
            if (!notes.chunkShape().equals(grids.chunkShape())
                    || !notes.binShape().equals(grids.binShape())) {
                throw new InvalidRequestException(
                        "'" + path + "' gets chunks of " + notes.chunkShape() + " and bins of "
                                + notes.binShape() + " on level 0; asked for are chunks of " + grids.chunkShape()
                                + " and bins of " + grids.binShape() + ". All levels need the same.");
            }
            if (existing != Existing.REPLACE_LEVELS) {
                List<Integer> present = levelNumbers(there);
                for (int level : levels) {
                    if (present.contains(level)) {
                        throw new RefusedException("Level " + level + " of '" + path
                                + "' is there already. Leave it out, or write it again with --overwrite.");
                    }
                }
            }
            return notes;
        }
    }

    private static List<Integer> levelNumbers(Store store) {
        TreeSet<Integer> levels = new TreeSet<>();
        store.list(StorePrefix.ROOT, child -> {
            Integer level = LevelNumbers.parse(child.name());
            if (level != null && child.kind() == StoreEntry.Kind.PREFIX) {
                levels.add(level);
            }
        });
        return List.copyOf(levels);
    }

    /** The first levels of a store that gets them one by one. */
    static Destination first(Path path, Whole whole) {
        return new OfNode(StagedNode.create(path)) {
            @Override
            LevelByLevel levels(Store target) {
                return new LevelByLevel(whole.source.levelNumbers(), null, null, target, StorePrefix.ROOT);
            }

            @Override
            void note(Store target, LinksConvention convention) {
                PartialStore notes = whole.notes(convention);
                if (!notes.missing(whole.levels).isEmpty()) {
                    notes.write(target, StorePrefix.ROOT);
                }
            }
        };
    }

    /** Further levels of such a store. */
    static Destination further(Path path, Whole whole, int maxValueBytes) {
        StagedAdditions staged = StagedAdditions.begin(path);
        FileStore base = null;
        boolean begun = false;
        try {
            // Once more, now that nobody else can write there.
            base = FileStore.open(path);
            PartialStore notes = whole.require(base, path);
            Destination made = new OfLevels(
                    path, staged, base, VectorStores.open(base, StorePrefix.ROOT, maxValueBytes), whole, notes);
            begun = true;
            return made;
        } finally {
            if (!begun) {
                if (base != null) {
                    base.close();
                }
                staged.close();
            }
        }
    }

    private static final class OfLevels extends Destination {
        private final Path path;
        private final StagedAdditions staged;
        private final FileStore base;
        private final VectorStore earlier;
        private final Whole whole;
        private final PartialStore notes;

        OfLevels(
                Path path,
                StagedAdditions staged,
                FileStore base,
                VectorStore earlier,
                Whole whole,
                PartialStore notes) {
            this.path = path;
            this.staged = staged;
            this.base = base;
            this.earlier = earlier;
            this.whole = whole;
            this.notes = notes;
        }

        @Override
        Store open(FileStore.Fsync fsync) {
            return FileStore.open(staged.directory(), fsync);
        }

        @Override
        Path directory() {
            return staged.directory();
        }

        @Override
        Path scratch(@Nullable String named) {
            return named != null
                    ? Path.of(named)
                    : path.toAbsolutePath().normalize().resolveSibling("").normalize();
        }

        @Override
        LevelByLevel levels(Store target) {
            return new LevelByLevel(notes.levels(), earlier, notes.linksConvention(), target, StorePrefix.ROOT);
        }

        private boolean isLast() {
            TreeSet<Integer> all = new TreeSet<>(earlier.levelNumbers());
            all.addAll(whole.levels);
            return notes.missing(all).isEmpty();
        }

        /** Levels and families of links that are written again: all of them, since rows may stand elsewhere now. */
        private List<String> replaced() {
            List<String> replaced = new ArrayList<>();
            List<Integer> present = earlier.levelNumbers();
            for (int level : whole.levels) {
                if (present.contains(level)) {
                    replaced.add(Integer.toString(level));
                    replaced.add(PartialStore.DIRECTORY + "/" + level);
                }
            }
            for (PartialStore.Family family : notes.families()) {
                if (whole.levels.contains(family.level() + family.delta())) {
                    replaced.addAll(familyPaths(family));
                }
            }
            return replaced.stream().filter(this::stands).toList();
        }

        private boolean stands(String path) {
            boolean[] any = {false};
            base.listNames(new StorePrefix(path + "/"), name -> any[0] = true);
            return any[0];
        }

        private List<String> familyPaths(PartialStore.Family family) {
            String level = family.level() + "/";
            String delta = family.toString().substring(family.toString().lastIndexOf('/'));
            List<String> paths = new ArrayList<>();
            for (String group : List.of("links", "cross_chunk_links")) {
                paths.add(level + group + delta);
            }
            for (String group : List.of("link_attributes", "cross_chunk_link_attributes")) {
                StorePrefix prefix = new StorePrefix(level + group + "/");
                base.listNames(prefix, name -> paths.add(level + group + "/" + name + delta));
            }
            return paths;
        }

        @Override
        Store result(Store written) {
            return new AddedStore(base, written, replaced());
        }

        @Override
        void commit(SourceCheck source) {
            StagedAdditions.Notes kept = isLast() ? StagedAdditions.Notes.REMOVE : StagedAdditions.Notes.KEEP;
            staged.commit(replaced(), kept, source);
        }

        @Override
        public void close() {
            base.close();
            staged.close();
        }
    }

    /**
     * Refuses what is missing levels as a source: what is pending there would be lost.
     *
     * @throws InvalidMetadataException likewise, if it has none at all, or bounds that nothing lies in
     */
    static void requireWhole(VectorStore source) {
        String name = source.store().location();
        if (source.levelNumbers().isEmpty()) {
            throw new InvalidMetadataException(
                    "'" + name + "' has no levels: expected a group 0. Restore it from a copy.");
        }
        StoreMetadata root = source.metadata();
        for (int axis = 0; axis < root.dimensions(); axis++) {
            if (root.lower().component(axis) > root.upper().component(axis)) {
                throw new InvalidMetadataException(
                        "'" + name + "/zarr.json' /attributes/zarr_vectors/bounds are from " + root.lower() + " to "
                                + root.upper() + ", which is reversed along axis " + axis
                                + ". Correct the document by hand, or restore it from a copy.");
            }
        }
        PartialStore notes = PartialStore.find(source.store(), source.prefix());
        if (notes != null) {
            throw new RefusedException("'" + name + "' is not complete: "
                    + notes.describe(source.levelNumbers()) + ". Write these levels first ('rezarr vectors rechunk"
                    + " --source-root --dest-root --level'); if it is to stay as it is, delete its directory '"
                    + PartialStore.DIRECTORY + "'.");
        }
    }
}
