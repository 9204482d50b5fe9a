package io.rezarr.commit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Operations on whole directories. */
final class Trees {
    private final FileOperations files;

    Trees(FileOperations files) {
        this.files = files;
    }

    /** Writes a document so that a reader sees the old one or the new one, also after a loss of power. */
    void writeWhole(Path file, byte[] content) {
        Path temporary = temporary(file);
        files.create(temporary, content, file);
        files.rename(temporary, file);
        files.force(parent(file));
    }

    /** Where {@link #writeWhole} begins a file. Fixed, so that the next writer (under the same lock) clears it away. */
    static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + Places.PART);
    }

    /**
     * Takes a file or directory away from its name in one step, and then deletes it. After a kill at any time it stands
     * whole under its own name, or in some part under {@link Places#discarded}.
     */
    void discard(Path path, Places places) {
        clearDiscarded(places);
        files.rename(path, places.discarded());
        delete(places.discarded());
    }

    /** Deletes what an interrupted {@link #discard} left. */
    void clearDiscarded(Places places) {
        if (Disk.exists(places.discarded())) {
            delete(places.discarded());
        }
    }

    /** Forces all files and directories of a tree to the disk. */
    void force(Path path) {
        if (Disk.isDirectory(path)) {
            Disk.forEachChild(path, this::force);
        }
        if (!Files.isSymbolicLink(path)) {
            files.force(path);
        }
    }

    /**
     * Deletes a tree. Links are removed, never followed. The metadata documents of each node go before its chunks: what
     * is left of a node after a kill does not look like one with absent chunks.
     */
    private void delete(Path path) {
        if (Disk.isDirectory(path)) {
            for (String document : ZarrDirectory.DOCUMENTS) {
                if (Disk.exists(path.resolve(document))) {
                    delete(path.resolve(document));
                }
            }
            // Some file systems skip entries when others are removed during the listing: until none is left.
            while (Disk.forEachChild(path, this::delete)) {}
        }
        files.delete(path);
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("file is '" + file + "': expected a path with a parent directory");
        }
        return parent;
    }
}
