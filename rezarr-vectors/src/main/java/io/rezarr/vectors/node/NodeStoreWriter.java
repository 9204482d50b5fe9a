package io.rezarr.vectors.node;

import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.shuffle.Scratch;
import io.rezarr.shuffle.Spool;
import io.rezarr.store.StoreEntry;
import io.rezarr.vectors.metadata.LevelNumbers;
import io.rezarr.vectors.metadata.WrittenAttributes;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.Storage;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes a store of either layout: its root, which both have alike, and its levels, which the layout writes. */
public final class NodeStoreWriter implements StoreWriter {
    private final NodeWriter nodes;
    private final NodeTree source;
    private final VectorStore sourceStore;
    private final Layout layout;
    private final StoreGrids grids;
    private final Settings settings;
    private final @Nullable Conversion conversion;
    private @Nullable Scratch scratch;
    private @Nullable Spool spool;

    /** How levels are written. */
    public interface Layout {
        LevelWriter level(NodeStoreWriter store, LevelOutline outline);
    }

    /** What becomes of that which refers to no chunk, where the source has another layout. */
    public interface Conversion {
        /** The version that is written. */
        FormatVersion version();

        /**
         * What the root says in this layout.
         *
         * @param attributes as the source's root would say it in the new grids
         * @param levels that stand in the destination
         */
        JsonObject root(JsonObject attributes, Set<Integer> levels);

        /**
         * Writes parametric objects.
         *
         * @throws io.rezarr.error.UnsupportedFeatureException if the layout cannot hold them; the message names what it cannot
         */
        void parametric(NodeStoreWriter store, ParametricObjects objects, Workspace workspace);
    }

    /**
     * What a writer is told beside the grids.
     *
     * @param scratch an existing directory for what must be put aside
     * @param maxBufferBytes the most of what is put aside that is taken into memory at once
     * @param notes takes sentences for the user: what could not be kept as it was
     */
    public record Settings(Storage storage, Path scratch, long maxBufferBytes, Consumer<String> notes) {}

    /** @param conversion {@code null} if the source is in the layout that is written */
    public NodeStoreWriter(
            NodeWriter nodes,
            NodeTree source,
            VectorStore sourceStore,
            Layout layout,
            StoreGrids grids,
            Settings settings,
            @Nullable Conversion conversion) {
        this.nodes = nodes;
        this.source = source;
        this.sourceStore = sourceStore;
        this.layout = layout;
        this.grids = grids;
        this.settings = settings;
        this.conversion = conversion;
    }

    public NodeWriter nodes() {
        return nodes;
    }

    /** The nodes of the source. */
    public NodeTree source() {
        return source;
    }

    /** What the source's root says. */
    public StoreMetadata root() {
        return sourceStore.metadata();
    }

    public Settings settings() {
        return settings;
    }

    /** Whether the source is in another layout, so that its arrays are no templates and cannot be copied. */
    public boolean converts() {
        return conversion != null;
    }

    @Override
    public FormatVersion version() {
        return conversion == null ? root().version() : conversion.version();
    }

    @Override
    public StoreGrids grids() {
        return grids;
    }

    /** Where values are put aside; the scratch directory is made by the first call. */
    public synchronized Spool spool() {
        Spool made = spool;
        if (made == null) {
            scratch = Scratch.create(settings.scratch, 0);
            made = Spool.in(scratch);
            spool = made;
        }
        return made;
    }

    @Override
    public LevelWriter level(LevelOutline outline) {
        return layout.level(this, outline);
    }

    @Override
    public void carryOthers(Workspace workspace) {
        for (String member : sourceStore.otherMembers()) {
            nodes.copy(source, member, member, workspace);
        }
        ParametricObjects parametric = sourceStore.parametric();
        if (parametric != null && conversion != null) {
            conversion.parametric(this, parametric, workspace);
        } else if (parametric != null) {
            nodes.copy(source, NodeStore.PARAMETRIC, NodeStore.PARAMETRIC, workspace);
        }
        List<String> values = new ArrayList<>();
        source.store().list(source.root(), child -> {
            boolean isOurs = child.name().equals("zarr.json") || child.name().startsWith(".");
            if (child.kind() == StoreEntry.Kind.VALUE && !isOurs) {
                values.add(child.name());
            }
        });
        for (String value : values) {
            nodes.copyValue(
                    source.store(), source.root().key(value), nodes.root().key(value), workspace);
        }
    }

    @Override
    public void finish(StoreChanges changes) {
        Set<Integer> levels = new TreeSet<>(changes.earlierLevels());
        nodes.store().list(nodes.root(), child -> {
            Integer level = LevelNumbers.parse(child.name());
            if (level != null && child.kind() == StoreEntry.Kind.PREFIX) {
                levels.add(level);
            }
        });
        JsonObject attributes = WrittenAttributes.root(root(), grids, levels, changes);
        nodes.group("", conversion == null ? attributes : conversion.root(attributes, levels), source, "");
    }

    @Override
    public void close() {
        if (scratch != null) {
            scratch.close();
        }
    }
}
