package io.rezarr.commit;

import java.nio.file.Path;

/**
 * The names that a run uses beside a node.
 *
 * @param node the node's directory, links resolved
 */
record Places(Path node) {
    static final String STAGED = ".rechunked";
    static final String BACKUP = ".backup";
    static final String DISCARDED = ".rezarr-tmp";
    static final String PART = ".rezarr-part";
    static final String LOCK = ".rezarr-lock";

    /** @throws IllegalArgumentException if it is the root of the file system, which has nothing beside it */
    Places {
        if (node.getParent() == null || node.getFileName() == null) {
            throw new IllegalArgumentException("node is '" + node + "': the root of a file system cannot be replaced");
        }
    }

    String name() {
        return node.getFileName().toString();
    }

    Path parent() {
        Path parent = node.getParent();
        if (parent == null) {
            throw new IllegalStateException("checked by the constructor");
        }
        return parent;
    }

    /** Where the new node is written while the old one keeps the name. */
    Path staged() {
        return beside(STAGED);
    }

    /** Where the old node goes. */
    Path backup() {
        return beside(BACKUP);
    }

    /** What stands here is of no use to anyone: made by this package only, not yet begun or about to be deleted. */
    Path discarded() {
        return beside(DISCARDED);
    }

    Path lock() {
        return beside(LOCK);
    }

    private Path beside(String suffix) {
        return node.resolveSibling(name() + suffix);
    }
}
