package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.StoreWriter;
import org.jspecify.annotations.Nullable;

/** A level that an earlier run wrote, which gets its links to levels that are written now. */
final class EarlierLevel implements LinkEnd {
    private final RunContext context;
    private final LevelSource source;
    private final LevelRules rules;
    private final RowMap map;
    private final LevelTarget target;
    private final LevelTally tally = new LevelTally();

    /**
     * @param level of the source
     * @param written the same in the destination
     * @param map from one to the other
     */
    EarlierLevel(
            RunContext context,
            StoreMetadata store,
            VectorLevel level,
            VectorLevel written,
            RowMap map,
            StoreWriter writer) {
        this.context = context;
        this.source = new LevelSource(level);
        this.rules = LevelRules.of(store, level, store.version());
        this.map = map;
        source.setRows(map.rows());
        ChunkIndex chunks = written.vertices().chunks();
        LevelWriter links = writer.level(new LevelOutline(number(), chunks, level.vertexFormat(), level));
        this.target =
                new LevelTarget(writer.grids().level(number()).grid(), chunks, level.objects() != null, false, links);
    }

    @Override
    public int number() {
        return source.number();
    }

    @Override
    public LevelSource source() {
        return source;
    }

    @Override
    public LevelRules rules() {
        return rules;
    }

    @Override
    public LevelTarget target() {
        return target;
    }

    @Override
    public LevelTally tally() {
        return tally;
    }

    @Override
    public @Nullable Exchange edges() {
        return null;
    }

    @Override
    public void putAddresses(int firstChunk, int endChunk, long[][] rows) {
        Worker caller = context.workers().caller();
        caller.require(RowMap.PIECE_BYTES);
        map.read(firstChunk, endChunk, target.chunks().size(), rows, caller.workspace());
        caller.release();
    }

    /** Writes the documents of its links. */
    void finish() {
        Worker caller = context.workers().caller();
        caller.require(context.budget().maxBytes() / 8);
        target.writer().finishLinks(caller.workspace());
        caller.release();
    }
}
