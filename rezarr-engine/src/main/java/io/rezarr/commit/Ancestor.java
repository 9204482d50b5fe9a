package io.rezarr.commit;

import io.rezarr.metadata.Document;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory above a node whose consolidated metadata have, or should have, entries for it.
 *
 * @param group the directory, links resolved
 * @param path of the node, relative to the group
 */
record Ancestor(Path group, String path) {
    /**
     * All ancestors of a node: upwards for as long as there are groups, and beyond where entries of the node stand all the
     * same. If the node is reached through a link, both ways up count.
     *
     * @param given the path by which the node was named; absolute
     * @param node the same without links
     */
    static List<Ancestor> of(Path given, Path node) {
        List<Ancestor> ancestors = new ArrayList<>();
        addAbove(given.normalize(), ancestors);
        addAbove(node, ancestors);
        return ancestors;
    }

    private static void addAbove(Path node, List<Ancestor> ancestors) {
        boolean connected = true;
        for (Path above = node.getParent(); above != null; above = above.getParent()) {
            connected = connected && ZarrDirectory.isGroup(above);
            Ancestor ancestor = new Ancestor(Disk.resolved(above), slashed(above.relativize(node)));
            if (!ancestors.contains(ancestor) && ancestor.concerns(connected)) {
                ancestors.add(ancestor);
            }
        }
    }

    private static String slashed(Path relative) {
        List<String> names = new ArrayList<>();
        relative.forEach(name -> names.add(name.toString()));
        return String.join("/", names);
    }

    private boolean concerns(boolean connected) {
        for (String name : List.of(Document.ZMETADATA, Document.ZARR_JSON)) {
            ConsolidatedDocument document = ConsolidatedDocument.read(group, name);
            if (document != null && (connected || document.holds(path))) {
                return true;
            }
        }
        return false;
    }
}
