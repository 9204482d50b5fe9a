package io.rezarr.commit;

import io.rezarr.error.RefusedException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.Document;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Takes the entries of a node out of its ancestors' consolidated metadata and puts them in again. Each document is
 * replaced in one step, under a lock of its group ({@code .rezarr-lock} in it, held for that moment): two runs on
 * neighbours must not write back each other's old entries. Doing it twice does no harm.
 */
final class ConsolidatedEdits {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FileOperations files;
    private final Trees trees;

    ConsolidatedEdits(FileOperations files) {
        this.files = files;
        this.trees = new Trees(files);
    }

    /** From now on a reader of consolidated metadata misses the node. */
    void remove(List<Ancestor> ancestors) {
        for (Ancestor ancestor : ancestors) {
            edit(ancestor.group(), document -> document.without(ancestor.path()));
        }
    }

    /** The ancestors' entries are those of the node in the directory, and of all nodes below it. */
    void put(List<Ancestor> ancestors, Path node) {
        for (Ancestor ancestor : ancestors) {
            edit(ancestor.group(), document -> document.with(ancestor.path(), node));
        }
    }

    private void edit(Path group, UnaryOperator<ConsolidatedDocument> edit) {
        if (!Disk.isDirectory(group)) {
            // Only when a store was recovered at another place than the one it was written at.
            return;
        }
        Path file = group.resolve(Places.LOCK);
        LockFile lock = DestinationLock.acquire(file, files, PATIENCE);
        if (lock == null) {
            throw new RefusedException("The consolidated metadata of '" + group + "' are being edited by "
                    + LockFile.holder(file) + ", for more than " + PATIENCE.toSeconds() + " s. "
                    + LockFile.remedy(file));
        }
        try (lock) {
            for (String name : List.of(Document.ZMETADATA, Document.ZARR_JSON)) {
                editLocked(group, name, edit);
            }
        }
    }

    private void editLocked(Path group, String name, UnaryOperator<ConsolidatedDocument> edit) {
        Path file = group.resolve(name);
        Path temporary = Trees.temporary(file);
        if (Disk.exists(temporary)) {
            files.delete(temporary);
        }
        ConsolidatedDocument document = ConsolidatedDocument.read(group, name);
        if (document == null) {
            return;
        }
        ConsolidatedDocument edited = edit.apply(document);
        if (!edited.equals(document)) {
            trees.writeWhole(file, Journal.bytes(written(edited.content(), name)));
        }
    }

    private static ByteBuffer written(JsonObject content, String name) {
        return Json.write(content, name.equals(Document.ZARR_JSON) ? 2 : 4);
    }
}
