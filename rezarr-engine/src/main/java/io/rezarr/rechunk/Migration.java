package io.rezarr.rechunk;

import io.rezarr.array.Hierarchy;
import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.commit.DocumentSwap;
import io.rezarr.commit.DocumentSwap.NewDocument;
import io.rezarr.commit.LocalPath;
import io.rezarr.commit.SourceFingerprint;
import io.rezarr.error.RefusedException;
import io.rezarr.error.VerificationException;
import io.rezarr.metadata.FormatConversion;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.V2GroupMetadata;
import io.rezarr.metadata.V3GroupMetadata;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.FileStore;
import io.rezarr.store.StorePrefix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a Zarr v3 store of a v2 one, or the reverse, where it stands: metadata only, the whole hierarchy, consolidated metadata
 * included; chunks keep their keys and bytes. What that allows is refused otherwise, by name, before anything is written: a
 * {@link Rechunk} to the other format writes chunks as well.
 *
 * <p>Not safe for use by several threads. Prints nothing.
 */
public final class Migration implements AutoCloseable {
    private final Path path;
    private final FileStore store;
    private final ZarrFormat to;
    private final SourceFingerprint fingerprint;
    private final List<ZarrNode> nodes;
    private final Map<StorePrefix, NodeMetadata> migrated = new LinkedHashMap<>();
    private final List<NewDocument> documents = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Migration(Path path, FileStore store, ZarrFormat to, SourceFingerprint fingerprint) {
        this.path = path;
        this.store = store;
        this.to = to;
        this.fingerprint = fingerprint;
        this.nodes = nodesToMigrate();
        convert();
        if (!nodes.isEmpty()) {
            DocumentSwap.requirePossible(path, to, documents);
        }
    }

    /**
     * Reads all metadata and makes the new ones; writes nothing.
     *
     * @param store path of a group or an array that is in no group
     * @throws io.rezarr.error.InvalidMetadataException if it is no Zarr node, or a wrong one
     * @throws RefusedException if something in it has no counterpart, or the store is in no state to be migrated
     */
    public static Migration prepare(String store, ZarrFormat to) {
        LocalPath.require("the store", store);
        Path path = Path.of(store);
        Rechunk.requireDirectory(path, false);
        SourceFingerprint fingerprint = SourceFingerprint.of(path);
        FileStore opened = FileStore.open(path);
        try {
            return new Migration(path, opened, to, fingerprint);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private ZarrFormat from() {
        return to == ZarrFormat.V2 ? ZarrFormat.V3 : ZarrFormat.V2;
    }

    /** All nodes of the store; none if all are of that version already. */
    private List<ZarrNode> nodesToMigrate() {
        ZarrNode old = Hierarchy.find(store, StorePrefix.ROOT, from(), notes::add);
        ZarrNode root = old == null ? Hierarchy.open(store, StorePrefix.ROOT, to, notes::add) : old;
        List<ZarrNode> all = root instanceof ZarrGroup ? Hierarchy.walk(root, from(), notes::add) : List.of(root);
        List<ZarrNode> done =
                all.stream().filter(node -> node.metadata().format() == to).toList();
        if (done.size() == all.size()) {
            return List.of();
        }
        if (!done.isEmpty()) {
            throw new RefusedException(nameOf(done.get(0)) + " is Zarr " + to + " already, in a store of Zarr " + from()
                    + ". Nothing was changed. Move it away, then migrate the rest.");
        }
        for (ZarrNode node : all) {
            if (node instanceof ZarrGroup group && Hierarchy.isVectorStore(group)) {
                throw new RefusedException(nameOf(node) + " is a Zarr Vector Format store, whose layout names the Zarr"
                        + " version. Nothing was changed.");
            }
        }
        return all;
    }

    private String nameOf(ZarrNode node) {
        return "'" + store.location()
                + (node.prefix().equals(StorePrefix.ROOT)
                        ? ""
                        : "/" + node.prefix().path()) + "'";
    }

    private void convert() {
        Set<StorePrefix> consolidated = new HashSet<>();
        for (ZarrNode node : nodes) {
            if (node instanceof ZarrArray array) {
                MigratedArray result = MigratedArray.of(array, nameOf(array));
                result.notes().forEach(note -> notes.add(nameOf(array) + ": " + note));
                migrated.put(node.prefix(), result.metadata());
            } else if (node instanceof ZarrGroup group) {
                migrated.put(node.prefix(), converted(group));
                if (Hierarchy.consolidated(group) != null) {
                    consolidated.add(node.prefix());
                }
            }
        }
        new HierarchyWriter(migrated)
                .forEachDocument(consolidated, (key, content) -> documents.add(new NewDocument(key.value(), content)));
    }

    private NodeMetadata converted(ZarrGroup group) {
        MigratedArray.requireNoUnknownMembers(group.metadata(), nameOf(group));
        if (group.metadata() instanceof V2GroupMetadata v2) {
            return FormatConversion.toV3(v2).metadata();
        }
        return FormatConversion.toV2((V3GroupMetadata) group.metadata()).metadata();
    }

    /** The version that the store becomes. */
    public ZarrFormat format() {
        return to;
    }

    /** The paths of the arrays whose metadata change; empty if the store is of that version already. */
    public List<String> arrays() {
        return nodes.stream()
                .filter(ZarrArray.class::isInstance)
                .map(node -> node.prefix().path())
                .toList();
    }

    /** The paths of the groups that the result has, those that had no documents before among them; empty likewise. */
    public List<String> groups() {
        Set<String> arrays = new HashSet<>(arrays());
        return migrated.keySet().stream()
                .map(StorePrefix::path)
                .filter(group -> !arrays.contains(group))
                .toList();
    }

    /** Sentences for the user: what is not said as it was. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * Does it; nothing, if the store is of that version already.
     *
     * @throws RefusedException if the store changed since it was prepared, or another run is at work there
     * @throws io.rezarr.error.StoreException if the file system fails; the message says whether there is something to recover
     */
    public void run() {
        if (!nodes.isEmpty()) {
            DocumentSwap.run(path, to, documents, fingerprint, this::requireBothReadBack);
        }
    }

    /** The new documents say what was meant, and the old ones still say what they were made from. */
    private void requireBothReadBack() {
        migrated.forEach((prefix, metadata) -> requireReadBack(prefix, metadata));
        nodes.forEach(node -> requireReadBack(node.prefix(), node.metadata()));
    }

    private void requireReadBack(StorePrefix prefix, NodeMetadata expected) {
        NodeMetadata read =
                Hierarchy.open(store, prefix, expected.format(), note -> {}).metadata();
        if (!read.equals(expected)) {
            throw new VerificationException("The Zarr " + expected.format() + " metadata of '" + prefix.path()
                    + "' do not read back as they were: " + expected + " was expected, " + read
                    + " was read. Has something else written to the store meanwhile? It is as it was.");
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
