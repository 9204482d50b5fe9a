package io.rezarr.vectors.digest;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import java.nio.ByteBuffer;

/** What the objects, groups and their attributes of a level sum up to, a batch at a time. Holds the ids of the objects, 8 bytes each. */
final class ObjectSums {
    private final VectorLevel level;
    private final LevelSums sums;
    private final int number;
    private long[] ids = new long[64];
    private int objects;
    private long objectSum;

    ObjectSums(VectorLevel level, LevelSums sums) {
        this.level = level;
        this.sums = sums;
        this.number = level.metadata().number();
    }

    void addParts(Parts parts, Workspace workspace) {
        ObjectIndex index = level.objects();
        if (index != null) {
            addObjects(index, workspace);
            parts.add(number, "objects", objects, objectSum);
        }
        for (String name : level.objectAttributeNames()) {
            addTable(level.objectAttribute(name), "object-attribute " + name, true, parts, workspace);
        }
        Groups groups = level.groups();
        if (groups != null) {
            GroupSums.add(groups, number, "groups", parts, workspace);
        }
        for (String name : level.groupAttributeNames()) {
            addTable(level.groupAttribute(name), "group-attribute " + name, false, parts, workspace);
        }
    }

    private void addObjects(ObjectIndex index, Workspace workspace) {
        for (int batchNumber = 0; batchNumber < index.batches(); batchNumber++) {
            int mark = workspace.mark();
            ObjectBatch batch = index.read(batchNumber, workspace);
            if (objects + batch.size() > ids.length) {
                ids = java.util.Arrays.copyOf(ids, Math.max(objects + batch.size(), 2 * ids.length));
            }
            for (int object = 0; object < batch.size(); object++) {
                ids[objects++] = batch.id(object);
                addObject(index, batch, object);
            }
            workspace.releaseTo(mark);
        }
    }

    private void addObject(ObjectIndex index, ObjectBatch batch, int object) {
        long id = batch.id(object);
        long owner = Hash64.mix(1, id);
        long sum = 0;
        long count = 0;
        for (int entry = batch.begin(object); entry < batch.end(object); entry++) {
            int chunk = batch.chunk(entry);
            for (long f = 0; f < batch.fragmentCount(entry); f++) {
                int fragment = chunk < 0 ? -1 : sums.fragment(chunk, batch.firstFragment(entry) + f);
                if (fragment < 0) {
                    throw absent(index, batch, object, entry);
                }
                sum = sums.isOrdered()
                        ? Polynomial.add(sum, Polynomial.times(sums.sum(fragment), Polynomial.power(count)))
                        : sum + sums.sum(fragment);
                count += sums.count(fragment);
                sums.addOwner(fragment, owner);
            }
        }
        objectSum += Hash64.mix(Hash64.mix(owner, sum), count);
    }

    private static MalformedDataException absent(ObjectIndex index, ObjectBatch batch, int object, int entry) {
        return new MalformedDataException(
                        "object manifest",
                        0,
                        "object " + batch.id(object) + " names a fragment of chunk " + batch.key(entry)
                                + " that does not exist")
                .in(index.path());
    }

    private void addTable(AttributeTable table, String name, boolean ofObjects, Parts parts, Workspace workspace) {
        long sum = 0;
        long count = 0;
        for (int batch = 0; batch < table.batches(); batch++) {
            int mark = workspace.mark();
            AttributeTable.Rows rows = table.read(batch, workspace);
            for (int row = 0; row < rows.count(); row++) {
                long at = rows.first() + row;
                if (Presence.holds(table.format().type(), rows, row)) {
                    long who = ofObjects && at < objects ? ids[(int) at] : at;
                    sum += rowHash(who, rows.values(), row, (int) table.rowBytes());
                    count++;
                }
            }
            workspace.releaseTo(mark);
        }
        parts.addText(number, name, Schemas.of(table.format(), table.format().declaredColumns()));
        parts.add(number, name, count, sum);
    }

    private static long rowHash(long who, ByteBuffer values, int row, int rowBytes) {
        return Hash64.bytes(Hash64.mix(1, who), values, values.position() + row * rowBytes, rowBytes);
    }
}
