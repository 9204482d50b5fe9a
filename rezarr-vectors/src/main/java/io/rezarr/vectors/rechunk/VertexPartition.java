package io.rezarr.vectors.rechunk;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.FragmentIndex;
import org.jspecify.annotations.Nullable;

/**
 * Sends the vertices of the source to the chunks of the destination that they belong to, with what is to be known of them; one for each thread.
 */
final class VertexPartition {
    private final LevelSource source;
    private final LevelTarget target;
    private final LevelRules rules;
    private final RunFinder finder;
    private final RowPartition byRow;
    private final RunPartition byRun;

    /** @param withRows whether vertices take along the numbers of their rows */
    VertexPartition(LevelSource source, LevelTarget target, LevelRules rules, boolean keepDead, boolean withRows) {
        this.source = source;
        this.target = target;
        this.rules = rules;
        this.finder = new RunFinder(rules);
        this.byRow = new RowPartition(source, target, keepDead, withRows);
        this.byRun = new RunPartition(source, target, rules, keepDead, withRows);
    }

    /**
     * Sends the vertices of one chunk.
     *
     * @param references what refers to the chunk; {@code null} if nothing does
     * @param vertices where vertices go; {@code null} if only edges are wanted
     * @param edges where the edges of a tree go that no link says; {@code null} if they are not wanted
     */
    void send(
            int chunk,
            @Nullable PieceRange references,
            @Nullable ExchangeOut vertices,
            @Nullable ExchangeOut edges,
            Workspace workspace) {
        if (source.rows(chunk) == 0) {
            return;
        }
        int mark = workspace.mark();
        FragmentIndex index = source.fragments(chunk, workspace);
        if (rules.hasRuns(source)) {
            sendRuns(chunk, index, references, vertices, edges, workspace);
        } else if (vertices != null) {
            byRow.send(chunk, index, vertices, workspace);
        }
        workspace.releaseTo(mark);
    }

    private void sendRuns(
            int chunk,
            FragmentIndex index,
            @Nullable PieceRange references,
            @Nullable ExchangeOut vertices,
            @Nullable ExchangeOut edges,
            Workspace workspace) {
        int rows = source.rows(chunk);
        String place = source.path() + " chunk " + source.chunks().key(chunk);
        Owners owners =
                references == null || !target.hasObjects() ? null : Owners.of(references, chunk, index.size(), place);
        Parents parents = rules.hasTree() && references != null
                ? Parents.of(references, chunk, index, rows, rules.followedByFragments(), place)
                : null;
        Runs runs = finder.find(index, rows, owners, parents, source.fragmentAttributes() > 0, place);
        if (edges != null && parents != null) {
            ImpliedEdges.put(chunk, parents, rows, edges);
        }
        if (vertices != null) {
            byRun.send(chunk, index, runs, vertices, workspace);
        }
    }
}
