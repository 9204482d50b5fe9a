package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.LevelSource;
import io.rezarr.vectors.rechunk.Owners;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.VectorRunListener.Step;
import io.rezarr.vectors.rechunk.Worker;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups each chunk again, and tells objects and links which metavertices its vertices have become. */
final class MemberStep {
    private final FineLevel fine;
    private final @Nullable CoarseObjectStep objects;
    private final @Nullable CrossLevelStep links;

    MemberStep(FineLevel fine, @Nullable CoarseObjectStep objects, @Nullable CrossLevelStep links) {
        this.fine = fine;
        this.objects = objects;
        this.links = links;
    }

    /** @param returned the places of metavertices, and which objects refer to fragments */
    void run(Exchange returned) {
        StepProgress progress = fine.progress(Step.LINKS, fine.source().chunks().size());
        long bytes = fine.chunkBytes(List.of());
        returned.forEach(bucket -> bucket, extra -> bytes + 3 * extra, (range, worker) -> {
            int piece = range.from();
            while (piece < range.to()) {
                int end = range.endOfBucket(piece);
                tellOf((int) range.pieces().bucket(piece), range, piece, end, worker);
                piece = end;
                progress.next();
            }
        });
        if (objects != null) {
            objects.seal();
        }
    }

    private void tellOf(int chunk, PieceRange range, int from, int to, Worker worker) {
        LevelSource source = fine.source();
        int mark = worker.workspace().mark();
        ByteBuffer positions = source.positions(chunk, worker.workspace());
        FragmentIndex fragments = source.fragments(chunk, worker.workspace());
        ChunkGroups groups = fine.group(chunk, positions, fragments, worker);
        worker.workspace().releaseTo(mark);
        Places places = PlaceReturn.answers(range.pieces(), from, to, groups.groups());
        if (links != null) {
            putLinks(chunk, groups, places, links, worker);
        }
        if (objects != null) {
            Owners owners = Owners.of(range, chunk, fragments.size(), fine.place(chunk));
            for (int f = 0; f < fragments.size(); f++) {
                putFragment(fragments, f, groups, places, owners, objects, worker);
            }
        }
    }

    private static void putLinks(int chunk, ChunkGroups groups, Places places, CrossLevelStep links, Worker worker) {
        int[] rows = new int[groups.rows()];
        int[] targets = new int[rows.length];
        int[] targetRows = new int[rows.length];
        int count = 0;
        for (int row = 0; row < rows.length; row++) {
            int group = groups.groupOf(row);
            if (group != ChunkGroups.NONE && places.chunk(group) != Places.NOWHERE) {
                rows[count] = row;
                targets[count] = places.chunk(group);
                targetRows[count++] = places.row(group);
            }
        }
        if (count > 0) {
            links.put(chunk, (long) chunk << 20, count, rows, targets, targetRows, worker);
        }
    }

    /** Tells the objects that have a fragment which metavertices it has become, one after the other, none twice in a row. */
    private static void putFragment(
            FragmentIndex fragments,
            int fragment,
            ChunkGroups groups,
            Places places,
            Owners owners,
            CoarseObjectStep objects,
            Worker worker) {
        for (int owner = owners.begin(fragment); owner < owners.end(fragment); owner++) {
            if (!objects.has(owners.object(owner))) {
                continue;
            }
            int[] path = new int[(int) fragments.rows(fragment)];
            int size = 0;
            for (int i = 0; i < path.length; i++) {
                int group = groups.groupOf((int) fragments.row(fragment, i));
                if (size == 0 || path[size - 1] != group) {
                    path[size++] = group;
                }
            }
            objects.put(owners.object(owner), owners.place(owner), path, size, places, worker);
        }
    }
}
