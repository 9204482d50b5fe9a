package io.rezarr.commit;

import java.nio.file.Path;

/**
 * Every change that this package makes to a file system goes through here, one system call or nearly so each: a test
 * that stops before the n-th call, for every n, has seen every state that a kill can leave.
 *
 * <p>Every failure is a {@link io.rezarr.error.StoreException} that names the path and the operation.
 */
interface FileOperations {
    /** Makes a directory whose parent exists. */
    void createDirectory(Path directory);

    /**
     * Writes a file and forces it to the disk; a reader may see a part of it. Replaces what a file of that name held.
     *
     * @param like whose permissions the file gets, if that exists
     */
    void create(Path file, byte[] content, Path like);

    /** Renames a file or directory within one file system, in one step; a file of the new name is replaced. */
    void rename(Path from, Path to);

    /** Removes a file, a link (never what it points to) or an empty directory. */
    void delete(Path path);

    /** Forces a file's content, or a directory's entries, to the disk. */
    void force(Path path);
}
