package io.rezarr.commit;

import io.rezarr.error.RefusedException;
import io.rezarr.store.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * The metadata documents of a node, and of all nodes below it, byte by byte: taken before the source is opened, compared
 * before the result is committed. Says nothing about chunks.
 *
 * @param node the node's directory
 * @param sha256 hexadecimal
 */
public record SourceFingerprint(Path node, String sha256) implements SourceCheck, RunSource {
    /**
     * Reads the documents.
     *
     * @throws io.rezarr.error.StoreException if they cannot be read
     */
    public static SourceFingerprint of(Path node) {
        MessageDigest digest = Sha256.start();
        ZarrDirectory.walk(node, (path, directory) -> {
            for (String name : ZarrDirectory.DOCUMENTS) {
                Path file = directory.resolve(name);
                if (Disk.isFile(file)) {
                    byte[] content = Disk.read(file, ZarrDirectory.MAX_DOCUMENT_BYTES);
                    Sha256.add(digest, path + "/" + name, ByteBuffer.wrap(content));
                }
            }
        });
        return new SourceFingerprint(node, Sha256.hex(digest));
    }

    @Override
    public void requireUnchanged() {
        if (!of(node).sha256.equals(sha256)) {
            throw new RefusedException(
                    "The metadata of '" + node + "' changed while it was read, so that the result may"
                            + " not be what stands there now. Nothing was replaced. Run again when nothing else writes to it.");
        }
    }

    @Override
    public String location() {
        return node.toString();
    }

    @Override
    public void requireUntouchedSince(Instant moment, String remedy) {
        try (Stream<Path> paths = Files.walk(node)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isAfter(moment)) {
                    throw new RefusedException(
                            "'" + path + "' was changed after the interrupted run had begun (" + moment
                                    + "), so that what it wrote may not be what stands there now. Drop it (" + remedy
                                    + "), and begin anew.");
                }
            }
        } catch (UncheckedIOException | IOException e) {
            throw LocalFileOperations.failure("list", node, e);
        }
    }
}
