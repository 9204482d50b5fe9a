package io.rezarr.vectors.validate;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.LinkFormat.StorePolicy;
import io.rezarr.vectors.model.StoreMetadata;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checks of the links of one level, a batch at a time. Holds one batch, 4 bytes for each chunk, and of skeletons a bit for each vertex.
 */
final class LinkChecks {
    private final StoreMetadata store;
    private final LevelFacts facts;
    private final Map<Integer, LevelFacts> levels;
    private final Findings findings;
    private final PathLinks paths;

    /** @param levels what is known of each level that could be read */
    LinkChecks(
            StoreMetadata store,
            LevelFacts facts,
            Map<Integer, LevelFacts> levels,
            PathLinks paths,
            Findings findings) {
        this.store = store;
        this.facts = facts;
        this.levels = levels;
        this.paths = paths;
        this.findings = findings;
    }

    void run(Workspace workspace) {
        for (int delta : facts.level.linkDeltas()) {
            String path = facts.path("links/" + LinkFormat.nameOf(delta));
            LinkFamily family =
                    findings.value(Check.ARRAY_METADATA, facts.number, path, null, () -> facts.level.links(delta));
            if (family != null) {
                checkFamily(family, workspace);
            }
        }
        if (!facts.level.linkDeltas().contains(0)) {
            checkGroups(new int[facts.chunks.size()], workspace);
        }
    }

    private void checkFamily(LinkFamily family, Workspace workspace) {
        int delta = family.format().delta();
        LevelFacts there = levels.get(facts.number + delta);
        if (there == null) {
            String found = family.batches() + " batches of links lead to level " + (facts.number + delta)
                    + ", which does not exist or cannot be read";
            findings.add(Check.LINK_TARGET, facts.number, family.path(), null, found);
            return;
        }
        Counts counts = new Counts(family, there);
        for (int number = 0; number < family.batches(); number++) {
            int mark = workspace.mark();
            int batchNumber = number;
            LinkBatch batch = findings.value(
                    Check.LINK_ROWS, facts.number, family.path(), null, () -> family.read(batchNumber, workspace));
            if (batch == null) {
                counts.complete = false;
            } else {
                counts.check(batch, family.isCrossing(number));
            }
            workspace.releaseTo(mark);
        }
        counts.finish(workspace);
    }

    /** What is counted over all batches of a family. */
    private final class Counts {
        private final LinkFamily family;
        private final LevelFacts there;
        private final boolean within;
        private final boolean hasParents;
        private final long[] columns;
        /** Links within each chunk. */
        private final int[] inChunk;

        private final @Nullable BitSet[] children;
        private final CopyCheck copies;
        private boolean complete = true;
        private long links;
        private long records;

        Counts(LinkFamily family, LevelFacts there) {
            this.family = family;
            this.there = there;
            this.within = family.format().delta() == 0;
            this.hasParents =
                    within && store.hasImplicitParents() && family.format().width() == 2;
            this.columns = new long[family.attributes().size()];
            this.inChunk = new int[within ? facts.chunks.size() : 0];
            this.children = new @Nullable BitSet[hasParents ? facts.chunks.size() : 0];
            this.copies = new CopyCheck(family.format().width());
        }

        void check(LinkBatch batch, boolean crossing) {
            records += batch.size();
            checkEnds(batch);
            for (int link = 0; link < batch.size(); link++) {
                links += batch.isCopy(link) ? 0 : 1;
            }
            if (within) {
                checkWithin(batch, crossing);
            }
            checkAttributes(batch);
        }

        private void checkEnds(LinkBatch batch) {
            long dangling = 0;
            int example = -1;
            for (int link = 0; link < batch.size(); link++) {
                for (int end = 0; end < batch.width(); end++) {
                    LevelFacts level = end == 0 ? facts : there;
                    int chunk = batch.chunk(link, end);
                    if (chunk < 0 || !level.mayHaveRow(chunk, batch.row(link, end))) {
                        dangling++;
                        example = example < 0 ? link : example;
                    }
                }
            }
            if (dangling > 0) {
                String found =
                        dangling + " ends do not exist, the first of link " + example + ": " + batch.describe(example);
                findings.add(Check.LINK_ENDS, facts.number, batch.place(), null, found);
            }
        }

        private void checkWithin(LinkBatch batch, boolean crossing) {
            int staying = -1;
            for (int link = 0; link < batch.size(); link++) {
                int chunk = batch.chunk(link, 0);
                if (!crossing && chunk >= 0) {
                    inChunk[chunk]++;
                }
                staying = crossing && staying < 0 && batch.staysInChunk(link) ? link : staying;
                if (hasParents) {
                    checkParent(batch, link);
                }
                paths.add(batch, link);
            }
            if (staying >= 0) {
                String found = "link " + staying + " stays in its chunk: " + batch.describe(staying);
                findings.add(Check.LINK_CROSSES, facts.number, batch.place(), null, found);
            }
            if (family.format().policy() == StorePolicy.DUPLICATE) {
                copies.add(batch);
            }
        }

        /** Of directed families the links between chunks lead from parent to child, and come on top of the others. */
        private void checkParent(LinkBatch batch, int link) {
            int chunk = batch.chunk(link, 0);
            long row = batch.row(link, 0);
            boolean onTop = family.format().directed() && !batch.staysInChunk(link);
            if (onTop || chunk < 0 || row < 0 || row > Integer.MAX_VALUE || batch.isCopy(link)) {
                return;
            }
            BitSet ofChunk = children[chunk];
            if (ofChunk == null) {
                ofChunk = new BitSet();
                children[chunk] = ofChunk;
            }
            if (facts.mayHaveRow(chunk, row) && ofChunk.get((int) row)) {
                String found = "row " + row + " has a second parent: " + batch.describe(link);
                findings.add(Check.PARENTS, facts.number, batch.place(), batch.key(link, 0), found);
            }
            if (facts.mayHaveRow(chunk, row)) {
                ofChunk.set((int) row);
            }
        }

        private void checkAttributes(LinkBatch batch) {
            List<AttributeFormat> formats = family.attributes();
            for (int a = 0; a < formats.size(); a++) {
                ByteBuffer values = batch.attribute(a);
                if (values == null) {
                    continue;
                }
                long found = batch.size() == 0 ? -1 : formats.get(a).columns(values.remaining(), batch.size());
                boolean fits = batch.size() == 0 ? !values.hasRemaining() : found > 0;
                if (!fits || (columns[a] > 0 && found > 0 && found != columns[a])) {
                    String text = formats.get(a).name() + ": " + values.remaining() + " bytes of "
                            + formats.get(a).type().name() + " for " + batch.size() + " links"
                            + (columns[a] > 0 ? ", expected " + columns[a] + " columns" : "");
                    findings.add(Check.LINK_ATTRIBUTE_ROWS, facts.number, batch.place(), null, text);
                } else if (found > 0) {
                    columns[a] = found;
                }
            }
        }

        void finish(Workspace workspace) {
            if (!complete) {
                return;
            }
            long declared = family.format().declaredLinks();
            long declaredRecords = family.format().declaredRecords();
            if ((declared >= 0 && declared != links) || (declaredRecords >= 0 && declaredRecords != records)) {
                String found = "num_links is " + declared + ", num_physical_records is " + declaredRecords
                        + ", stored are " + links + " links in " + records + " records";
                findings.add(Check.LINK_COUNTS, facts.number, family.path(), null, found);
            }
            String copyProblem = copies.problem();
            if (copyProblem != null) {
                findings.add(Check.LINK_COPIES, facts.number, family.path(), null, copyProblem);
            }
            if (within) {
                checkGroups(inChunk, workspace);
            }
        }
    }

    /** @param inChunk the links within each chunk */
    private void checkGroups(int[] inChunk, Workspace workspace) {
        String path = facts.path("link_fragments");
        ChunkValues groups =
                findings.value(Check.ARRAY_METADATA, facts.number, path, null, () -> facts.level.linkGroups());
        for (int chunk = 0; chunk < inChunk.length; chunk++) {
            ChunkKey key = facts.chunks.key(chunk);
            boolean listed = groups != null && groups.chunks().contains(key);
            if (inChunk[chunk] > 0 && !listed) {
                String found = "no groups for the " + inChunk[chunk] + " links within the chunk";
                findings.add(Check.LINK_GROUPS, facts.number, path, key, found);
            } else if (groups != null && listed) {
                int mark = workspace.mark();
                checkGroups(groups, key, inChunk[chunk], workspace);
                workspace.releaseTo(mark);
            }
        }
    }

    private void checkGroups(ChunkValues groups, ChunkKey key, int rows, Workspace workspace) {
        FragmentIndex index = findings.value(Check.LINK_GROUPS, facts.number, groups.path(), key, () -> {
            ByteBuffer encoded = groups.read(key, workspace);
            return FragmentIndex.decode(encoded == null ? ByteBuffer.allocate(0) : encoded);
        });
        // Readers of 0.7 take the end of a group from the beginning of the next one.
        boolean covered = index != null && (store.version().is(0, 7) ? index.tiles(rows) : index.coversOnce(rows));
        if (index != null && !covered) {
            String found = index.size() + " groups do not cover the " + rows + " links";
            findings.add(Check.LINK_GROUPS, facts.number, groups.path(), key, found);
        }
    }
}
