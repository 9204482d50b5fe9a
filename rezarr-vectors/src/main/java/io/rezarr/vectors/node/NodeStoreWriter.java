package io.rezarr.vectors.node;

import io.rezarr.memory.Workspace;
import io.rezarr.shuffle.Scratch;
import io.rezarr.shuffle.Spool;
import io.rezarr.store.StoreEntry;
import io.rezarr.vectors.metadata.LevelNumbers;
import io.rezarr.vectors.metadata.WrittenAttributes;
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
    private @Nullable Scratch scratch;
    private @Nullable Spool spool;

    /** How levels are written. */
    public interface Layout {
        LevelWriter level(NodeStoreWriter store, LevelOutline outline);
    }

    /**
     * What a writer is told beside the grids.
     *
     * @param scratch an existing directory for what must be put aside
     * @param maxBufferBytes the most of what is put aside that is taken into memory at once
     * @param notes takes sentences for the user: what could not be kept as it was
     */
    public record Settings(Storage storage, Path scratch, long maxBufferBytes, Consumer<String> notes) {}

    /** @param source in the layout that is written */
    public NodeStoreWriter(
            NodeWriter nodes,
            NodeTree source,
            VectorStore sourceStore,
            Layout layout,
            StoreGrids grids,
            Settings settings) {
        this.nodes = nodes;
        this.source = source;
        this.sourceStore = sourceStore;
        this.layout = layout;
        this.grids = grids;
        this.settings = settings;
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
        if (source.exists(NodeStore.PARAMETRIC)) {
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
        nodes.group("", WrittenAttributes.root(root(), grids, levels, changes), source, "");
    }

    @Override
    public void close() {
        if (scratch != null) {
            scratch.close();
        }
    }
}
