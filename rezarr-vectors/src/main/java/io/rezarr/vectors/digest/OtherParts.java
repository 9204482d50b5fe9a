package io.rezarr.vectors.digest;

import io.rezarr.memory.Workspace;
import io.rezarr.store.Sha256;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.model.VectorStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parametric objects, and what rezarr does not know: members that are carried over as they are, by the bytes of all their keys. */
final class OtherParts {
    private final VectorStore store;
    private final int maxValueBytes;
    private final Parts parts;
    private final Workspace workspace;

    OtherParts(VectorStore store, int maxValueBytes, Parts parts, Workspace workspace) {
        this.store = store;
        this.maxValueBytes = maxValueBytes;
        this.parts = parts;
        this.workspace = workspace;
    }

    void add() {
        for (String member : store.otherMembers()) {
            addVerbatim(VectorDigest.ROOT, member, store.prefix().child(member));
        }
        for (int number : store.levelNumbers()) {
            StorePrefix level = store.prefix().child(Integer.toString(number));
            for (String member : store.level(number).unknownMembers()) {
                addVerbatim(number, member, level.child(member));
            }
        }
        ParametricObjects parametric = store.parametric();
        if (parametric != null) {
            addParametric(parametric);
        }
    }

    private void addVerbatim(int level, String member, StorePrefix prefix) {
        List<StoreKey> keys = new ArrayList<>();
        collect(prefix, keys);
        keys.sort(null);
        MessageDigest digest = Sha256.start();
        for (StoreKey key : keys) {
            int mark = workspace.mark();
            ByteBuffer value = store.store().get(key, maxValueBytes, workspace);
            String name = key.value().substring(prefix.value().length());
            long size = value == null ? 0 : value.remaining();
            digest.update((name + "\n" + size + "\n").getBytes(StandardCharsets.UTF_8));
            if (value != null) {
                digest.update(value);
            }
            workspace.releaseTo(mark);
        }
        parts.addText(level, "member " + member, Sha256.hex(digest));
    }

    private void collect(StorePrefix prefix, List<StoreKey> keys) {
        store.store().list(prefix, entry -> {
            if (entry.kind() == StoreEntry.Kind.VALUE) {
                keys.add(prefix.key(entry.name()));
            } else {
                collect(prefix.child(entry.name()), keys);
            }
        });
    }

    private void addParametric(ParametricObjects parametric) {
        parts.addText(VectorDigest.ROOT, "parametric", CanonicalJson.text(parametric.types()));
        addTable(parametric.objects(), "parametric objects");
        String names = String.join("\n", parametric.names(workspace));
        parts.addText(VectorDigest.ROOT, "parametric names", names);
        for (String name : parametric.objectAttributeNames()) {
            addTable(parametric.objectAttribute(name), "parametric object-attribute " + name);
        }
        Groups groups = parametric.groups();
        if (groups != null) {
            GroupSums.add(groups, VectorDigest.ROOT, "parametric groups", parts, workspace);
        }
        for (String name : parametric.groupAttributeNames()) {
            addTable(parametric.groupAttribute(name), "parametric group-attribute " + name);
        }
    }

    private void addTable(@Nullable AttributeTable table, String name) {
        if (table == null) {
            return;
        }
        long sum = 0;
        for (int batch = 0; batch < table.batches(); batch++) {
            int mark = workspace.mark();
            AttributeTable.Rows rows = table.read(batch, workspace);
            int rowBytes = (int) table.rowBytes();
            for (int row = 0; row < rows.count(); row++) {
                long who = Hash64.mix(1, rows.first() + row);
                sum += Hash64.bytes(who, rows.values(), rows.values().position() + row * rowBytes, rowBytes);
            }
            workspace.releaseTo(mark);
        }
        parts.addText(VectorDigest.ROOT, name, table.format().type().name() + " " + table.rowBytes());
        parts.add(VectorDigest.ROOT, name, table.rows(), sum);
    }
}
