package io.rezarr.vectors.validate;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.StoreMetadata;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The checks of objects, groups and their attributes on one level. Holds one batch of manifests, the ids of all objects (8 bytes each), and a bit
 * for each fragment.
 */
final class ObjectChecks {
    /** After so many batches that cannot be read the rest is left alone: a document can declare any number of them. */
    private static final int MAX_FAILURES = 20;

    private final StoreMetadata store;
    private final LevelFacts facts;
    private final PathLinks paths;
    private final Findings findings;
    private final @Nullable BitSet[] owned;
    private long[] ids = new long[64];
    private int idCount;
    private long present;
    private long shortLines;

    ObjectChecks(StoreMetadata store, LevelFacts facts, PathLinks paths, Findings findings) {
        this.store = store;
        this.facts = facts;
        this.paths = paths;
        this.findings = findings;
        this.owned = new @Nullable BitSet[facts.chunks.size()];
    }

    /** @param index {@code null} if the level has no objects */
    void run(@Nullable ObjectIndex index, Workspace workspace) {
        if (index != null) {
            checkObjects(index, workspace);
        }
        checkTables(index != null, workspace);
    }

    private void checkObjects(ObjectIndex index, Workspace workspace) {
        int failures = 0;
        for (int number = 0; number < index.batches() && failures < MAX_FAILURES; number++) {
            int mark = workspace.mark();
            int batchNumber = number;
            ObjectBatch batch = findings.value(
                    Check.MANIFESTS, facts.number, index.path(), null, () -> index.read(batchNumber, workspace));
            failures += batch == null ? 1 : 0;
            if (batch != null) {
                checkBatch(index, batch);
            }
            workspace.releaseTo(mark);
        }
        checkCounts(index, failures == 0);
        if (failures == 0) {
            checkIds(index, Arrays.copyOf(ids, idCount));
            checkOwned(index);
        }
        if (shortLines > 0) {
            String found = shortLines + " of " + index.objects() + " lines do not have two vertices";
            findings.add(Check.LINE_LENGTH, facts.number, index.path(), null, found);
        }
    }

    private void checkBatch(ObjectIndex index, ObjectBatch batch) {
        if (idCount + batch.size() > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(idCount + batch.size(), 2 * ids.length));
        }
        for (int object = 0; object < batch.size(); object++) {
            ids[idCount++] = batch.id(object);
            present += batch.begin(object) < batch.end(object) ? 1 : 0;
            boolean known = true;
            for (int entry = batch.begin(object); entry < batch.end(object); entry++) {
                known &= checkEntry(index, batch, object, entry);
            }
            if (known) {
                followPath(batch, object);
            }
        }
    }

    private boolean checkEntry(ObjectIndex index, ObjectBatch batch, int object, int entry) {
        int chunk = batch.chunk(entry);
        long first = batch.firstFragment(entry);
        long count = batch.fragmentCount(entry);
        if (chunk < 0 || !facts.mayHaveFragments(chunk, first, count)) {
            String found = "object " + batch.id(object) + " names fragment " + (first + Math.max(0, count - 1))
                    + (chunk < 0 ? " of a chunk that does not exist" : " of " + facts.fragments[chunk]);
            findings.add(Check.MANIFEST_ENTRIES, facts.number, index.path(), batch.key(entry), found);
            return false;
        }
        if (facts.fragments[chunk] == LevelFacts.UNKNOWN) {
            return false;
        }
        BitSet ofChunk = owned[chunk];
        if (ofChunk == null) {
            ofChunk = new BitSet(facts.fragments[chunk]);
            owned[chunk] = ofChunk;
        }
        ofChunk.set((int) first, (int) (first + count));
        return true;
    }

    /** Walks the fragments that have vertices, and notes the steps from chunk to chunk. */
    private void followPath(ObjectBatch batch, int object) {
        if (facts.ends == null) {
            return;
        }
        int chunkBefore = -1;
        long rowBefore = -1;
        long vertices = 0;
        for (int entry = batch.begin(object); entry < batch.end(object); entry++) {
            int chunk = batch.chunk(entry);
            BitSet nonEmpty = facts.nonEmpty[chunk];
            LevelFacts.FragmentEnds ends = facts.ends[chunk];
            if (nonEmpty == null || ends == null) {
                return;
            }
            int end = (int) (batch.firstFragment(entry) + batch.fragmentCount(entry));
            for (int f = nonEmpty.nextSetBit((int) batch.firstFragment(entry));
                    f >= 0 && f < end;
                    f = nonEmpty.nextSetBit(f + 1)) {
                if (chunkBefore >= 0 && chunkBefore != chunk) {
                    paths.want(chunkBefore, rowBefore, chunk, ends.first().get(f));
                }
                chunkBefore = chunk;
                rowBefore = ends.last().get(f);
                vertices += ends.count().get(f);
            }
        }
        boolean isLine = store.geometry() == GeometryType.LINE && facts.number == 0;
        shortLines += isLine && vertices != 2 ? 1 : 0;
    }

    private void checkCounts(ObjectIndex index, boolean complete) {
        long declared = index.declaredObjects();
        long declaredPresent = index.declaredPresent();
        boolean presentDiffers = complete && declaredPresent >= 0 && declaredPresent != present;
        if ((declared >= 0 && declared != index.objects()) || presentDiffers) {
            String found = "num_objects is " + declared + ", num_present is " + declaredPresent + ", stored are "
                    + index.objects() + " objects, " + present + " of them with fragments";
            findings.add(Check.OBJECT_COUNTS, facts.number, index.path(), null, found);
        }
    }

    private void checkIds(ObjectIndex index, long[] ids) {
        boolean ascending = true;
        for (int i = 1; i < ids.length; i++) {
            ascending &= ids[i - 1] < ids[i];
        }
        long[] sorted = ids;
        if (!ascending) {
            if (index.claimsSortedIds()) {
                findings.add(Check.OBJECT_IDS, facts.number, index.path(), null, "ids do not ascend, as they claim to");
            }
            sorted = ids.clone();
            Arrays.sort(sorted);
        }
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i - 1] == sorted[i]) {
                findings.add(Check.OBJECT_IDS, facts.number, index.path(), null, "id " + sorted[i] + " is there twice");
                break;
            }
        }
        facts.objectIds = sorted;
        facts.objects = sorted.length;
    }

    private void checkOwned(ObjectIndex index) {
        long unowned = 0;
        for (int chunk = 0; chunk < owned.length; chunk++) {
            BitSet nonEmpty = facts.nonEmpty[chunk];
            if (nonEmpty != null) {
                BitSet left = (BitSet) nonEmpty.clone();
                BitSet ofChunk = owned[chunk];
                if (ofChunk != null) {
                    left.andNot(ofChunk);
                }
                unowned += left.cardinality();
            }
        }
        if (unowned > 0) {
            String found = unowned + " fragments with vertices belong to no object";
            findings.add(Check.UNOWNED_FRAGMENTS, facts.number, index.path(), null, found);
        }
    }

    private void checkTables(boolean hasObjects, Workspace workspace) {
        Groups groups =
                findings.value(Check.GROUPS, facts.number, facts.path("groups"), null, () -> facts.level.groups());
        if (groups != null) {
            checkGroups(groups, workspace);
        }
        for (String name : facts.level.objectAttributeNames()) {
            AttributeTable table = findings.value(
                    Check.OBJECT_ATTRIBUTE_ROWS,
                    facts.number,
                    facts.path("object_attributes/" + name),
                    null,
                    () -> facts.level.objectAttribute(name));
            boolean known = !hasObjects || facts.objectIds != null;
            checkTable(Check.OBJECT_ATTRIBUTE_ROWS, table, known ? facts.objects : -1, workspace);
        }
        for (String name : facts.level.groupAttributeNames()) {
            AttributeTable table = findings.value(
                    Check.GROUP_ATTRIBUTE_ROWS,
                    facts.number,
                    facts.path("group_attributes/" + name),
                    null,
                    () -> facts.level.groupAttribute(name));
            checkTable(Check.GROUP_ATTRIBUTE_ROWS, table, groups == null ? 0 : groups.groups(), workspace);
        }
    }

    /** @param rows how many there must be; -1 if that could not be told */
    private void checkTable(Check check, @Nullable AttributeTable table, long rows, Workspace workspace) {
        if (table == null) {
            return;
        }
        if (rows >= 0 && table.rows() != rows) {
            findings.add(check, facts.number, table.path(), null, table.rows() + " rows, expected " + rows);
            return;
        }
        for (int batch = 0; batch < table.batches(); batch++) {
            int number = batch;
            int mark = workspace.mark();
            boolean read =
                    findings.attempt(check, facts.number, table.path(), null, () -> table.read(number, workspace));
            workspace.releaseTo(mark);
            if (!read) {
                return;
            }
        }
    }

    private void checkGroups(Groups groups, Workspace workspace) {
        if (groups.declaredGroups() >= 0 && groups.declaredGroups() != groups.groups()) {
            String found = "num_groups is " + groups.declaredGroups() + ", stored are " + groups.groups();
            findings.add(Check.GROUPS, facts.number, groups.path(), null, found);
        }
        for (int group = 0; group < groups.groups(); group++) {
            int number = group;
            int mark = workspace.mark();
            Groups.Members members = findings.value(
                    Check.GROUPS, facts.number, groups.path(), null, () -> groups.members(number, workspace));
            if (members != null) {
                checkMembers(groups, group, members);
            }
            workspace.releaseTo(mark);
        }
    }

    private void checkMembers(Groups groups, int group, Groups.Members members) {
        if (members instanceof Groups.Range range && range.start() > range.stop()) {
            String found = "group " + group + " is the range from " + range.start() + " to " + range.stop();
            findings.add(Check.GROUP_MEMBERS, facts.number, groups.path(), null, found);
        }
        long[] known = facts.objectIds;
        if (!(members instanceof Groups.Ids ids) || known == null) {
            return;
        }
        for (int i = 0; i < ids.count(); i++) {
            if (Arrays.binarySearch(known, ids.id(i)) < 0) {
                String found = "group " + group + " names object " + ids.id(i) + ", which does not exist";
                findings.add(Check.GROUP_MEMBERS, facts.number, groups.path(), null, found);
                return;
            }
        }
    }
}
