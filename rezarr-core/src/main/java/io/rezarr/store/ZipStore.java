package io.rezarr.store;

import io.rezarr.error.CancelledException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.StoreException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A zip file, read only, as zarr-python's {@code ZipStore} writes it: each value an entry, stored as it is or deflated. Parts of stored entries are
 * read by themselves; of a deflated one everything before the part is inflated. Whole values are checked against their CRC-32.
 *
 * <p>A directory inside the file is named behind {@code !/}: {@code data.zip!/a.zarr}. Opening reads the file's directory, which stays in
 * memory. All values are of the file that was opened, also when another takes its name.
 */
public final class ZipStore extends ReadOnlyStore {
    private static final String INSIDE = ".zip!/";
    private static final int HEADER_BYTES = 30;
    private static final int HEADER_SIGNATURE = 0x04034b50;
    private static final int PIECE_BYTES = 16 << 10;

    private final String location;
    private final FileChannel channel;
    private final ZipDirectory directory;
    private final StorePrefix inside;
    private volatile boolean closed;

    private ZipStore(String location, FileChannel channel, ZipDirectory directory, StorePrefix inside) {
        this.location = location;
        this.channel = channel;
        this.directory = directory;
        this.inside = inside;
    }

    static boolean isNamedInside(String path) {
        return path.contains(INSIDE);
    }

    /**
     * Opens a zip file.
     *
     * @param named its path, with {@code !/} and a path inside it if not all of it is the store
     * @throws StoreException if it does not exist or cannot be read
     * @throws MalformedDataException if it is no zip file, or a damaged one
     * @throws UnsupportedFeatureException if it has several parts, or names that could mean several things
     */
    public static ZipStore open(String named) {
        int end = named.indexOf(INSIDE);
        String file = end < 0 ? named : named.substring(0, end + INSIDE.length() - 2);
        StorePrefix inside = end < 0 ? StorePrefix.ROOT : inside(named, named.substring(end + INSIDE.length()));
        FileChannel channel;
        try {
            if (Files.isDirectory(Path.of(file))) {
                throw new FileSystemException(file, null, "is a directory");
            }
            channel = FileChannel.open(Path.of(file), StandardOpenOption.READ);
        } catch (IOException e) {
            throw failure("open", file, file, e);
        }
        boolean opened = false;
        try {
            ZipStore store = new ZipStore(named, channel, ZipDirectory.read(channel, file), inside);
            opened = true;
            return store;
        } catch (IOException e) {
            throw failure("read", "its directory", file, e);
        } finally {
            if (!opened) {
                closeQuietly(channel);
            }
        }
    }

    private static StorePrefix inside(String named, String path) {
        try {
            return StorePrefix.ofPath(path);
        } catch (IllegalArgumentException e) {
            throw new io.rezarr.error.InvalidRequestException(
                    "'" + named + "' names no directory inside the zip file: " + e.getMessage(), e);
        }
    }

    /** Nothing was written through it: closing cannot lose anything. */
    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // What made the opening fail is reported.
            return;
        }
    }

    private static RezarrException failure(String verb, String what, String location, IOException failure) {
        String message = "cannot " + verb + " '" + what + "' in '" + location + "': ";
        if (failure instanceof ClosedByInterruptException) {
            return new CancelledException(message + "interrupted", failure);
        }
        String reason = failure instanceof NoSuchFileException
                ? "there is no such file"
                : failure instanceof AccessDeniedException ? "permission denied" : failure.getMessage();
        return new StoreException(message + reason + ".", failure);
    }

    private RezarrException failure(StoreKey key, IOException failure) {
        if (failure instanceof ClosedChannelException && !(failure instanceof ClosedByInterruptException) && !closed) {
            return new CancelledException(
                    "cannot read '" + nameOf(key) + "': another thread was interrupted in reading the same file",
                    failure);
        }
        return failure("read", key.value(), location, failure);
    }

    @Override
    public String location() {
        return location;
    }

    private ZipDirectory.@Nullable Entry find(StoreKey key) {
        return directory.find(inside.value() + key.value());
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        ZipDirectory.Entry entry = find(key);
        if (entry == null) {
            return null;
        }
        long limit = Math.min(maxBytes, Workspace.MAX_ARRAY_BYTES);
        if (entry.bytes() > limit) {
            throw new MalformedDataException(
                            "stored value", limit, "expected at most " + limit + " bytes, found " + entry.bytes())
                    .at(nameOf(key));
        }
        byte[] value = workspace.borrow((int) entry.bytes());
        int mark = workspace.mark();
        try {
            byte[] piece = entry.method() == ZipDirectory.STORED ? new byte[0] : workspace.borrow(PIECE_BYTES);
            read(key, entry, 0, value, 0, (int) entry.bytes(), piece);
        } finally {
            workspace.releaseTo(mark);
        }
        requireChecksum(key, entry, value);
        return ByteBuffer.wrap(value, 0, (int) entry.bytes());
    }

    private void requireChecksum(StoreKey key, ZipDirectory.Entry entry, byte[] value) {
        CRC32 checksum = new CRC32();
        checksum.update(value, 0, (int) entry.bytes());
        if ((int) checksum.getValue() != entry.crc()) {
            throw new MalformedDataException(
                            "zip entry", 0, "checksum stored is %08x, computed is %08x".formatted(entry.crc(), (int)
                                            checksum.getValue()))
                    .at(nameOf(key));
        }
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace) {
        ZipDirectory.Entry entry = find(key);
        if (entry == null) {
            return null;
        }
        long offset = range.offset() < 0 ? entry.bytes() + range.offset() : range.offset();
        if (offset < 0 || offset > entry.bytes() - range.length()) {
            throw range.isBeyond(entry.bytes()).at(nameOf(key));
        }
        byte[] part = workspace.borrow(range.length());
        read(key, entry, offset, part, 0, range.length(), new byte[PIECE_BYTES]);
        return ByteBuffer.wrap(part, 0, range.length());
    }

    /** @param piece room for stored bytes that are to be inflated */
    private void read(
            StoreKey key, ZipDirectory.Entry entry, long offset, byte[] target, int to, int length, byte[] piece) {
        try {
            long start = dataOf(key, entry);
            switch (entry.method()) {
                case ZipDirectory.STORED -> FileReads.part(channel, start + offset, length, target, to);
                case ZipDirectory.DEFLATED -> inflate(key, entry, start, offset, target, to, length, piece);
                default ->
                    throw new UnsupportedFeatureException("'" + nameOf(key) + "' is compressed by the zip method "
                            + entry.method() + "; supported are 0 (stored) and 8 (deflated). Make the zip file again"
                            + " without compression, which Zarr's codecs do already.");
            }
        } catch (IOException e) {
            throw failure(key, e);
        }
    }

    /** Where an entry's bytes begin: behind its local header, whose length only it tells. */
    private long dataOf(StoreKey key, ZipDirectory.Entry entry) throws IOException {
        byte[] name = (inside.value() + key.value()).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[HEADER_BYTES + name.length];
        if (entry.headerOffset() > directory.dataEnd() - bytes.length) {
            throw damaged(key, entry, "its header does not lie before the directory");
        }
        FileReads.part(channel, entry.headerOffset(), bytes.length, bytes, 0);
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int nameBytes = Short.toUnsignedInt(header.getShort(26));
        if (header.getInt(0) != HEADER_SIGNATURE
                || nameBytes != name.length
                || !Arrays.equals(bytes, HEADER_BYTES, bytes.length, name, 0, name.length)) {
            throw damaged(key, entry, "expected the header of that entry there");
        }
        long start = entry.headerOffset() + HEADER_BYTES + nameBytes + Short.toUnsignedInt(header.getShort(28));
        if (start > directory.dataEnd() - entry.storedBytes()) {
            throw damaged(
                    key, entry, "its " + entry.storedBytes() + " bytes at " + start + " reach into the directory");
        }
        return start;
    }

    private MalformedDataException damaged(StoreKey key, ZipDirectory.Entry entry, String problem) {
        return ZipDirectory.damaged(nameOf(key), entry.headerOffset(), problem);
    }

    private void inflate(
            StoreKey key,
            ZipDirectory.Entry entry,
            long start,
            long offset,
            byte[] target,
            int to,
            int length,
            byte[] piece)
            throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            long fed = 0;
            long skip = offset;
            int done = 0;
            byte[] skipped = skip > 0 ? new byte[PIECE_BYTES] : new byte[0];
            while (done < length || skip > 0) {
                int got = skip > 0
                        ? inflater.inflate(skipped, 0, (int) Math.min(skipped.length, skip))
                        : inflater.inflate(target, to + done, length - done);
                done += skip > 0 ? 0 : got;
                skip -= skip > 0 ? got : 0;
                if (got > 0) {
                    continue;
                }
                int more = (int) Math.min(piece.length, entry.storedBytes() - fed);
                if (inflater.finished() || inflater.needsDictionary() || more == 0) {
                    throw new MalformedDataException(
                                    "deflate",
                                    fed,
                                    "it ends after " + (offset - skip + done) + " bytes, expected " + entry.bytes())
                            .at(nameOf(key));
                }
                FileReads.part(channel, start + fed, more, piece, 0);
                inflater.setInput(piece, 0, more);
                fed += more;
            }
            requireEnd(key, entry, inflater, offset + length);
        } catch (DataFormatException e) {
            throw new MalformedDataException("deflate", inflater.getBytesRead(), String.valueOf(e.getMessage()), e)
                    .at(nameOf(key));
        } finally {
            inflater.end();
        }
    }

    private void requireEnd(StoreKey key, ZipDirectory.Entry entry, Inflater inflater, long read)
            throws DataFormatException {
        if (read == entry.bytes() && inflater.inflate(new byte[1]) > 0) {
            throw new MalformedDataException(
                            "deflate", read, "more than the " + entry.bytes() + " bytes that its directory says")
                    .at(nameOf(key));
        }
    }

    @Override
    public @Nullable ValueReader reader(StoreKey key) {
        ZipDirectory.Entry entry = find(key);
        return entry == null ? null : new Reader(key, entry);
    }

    private final class Reader implements ValueReader {
        private final StoreKey key;
        private final ZipDirectory.Entry entry;

        Reader(StoreKey key, ZipDirectory.Entry entry) {
            this.key = key;
            this.entry = entry;
        }

        @Override
        public long bytes() {
            return entry.bytes();
        }

        @Override
        public void read(long offset, byte[] target, int to, int length) {
            java.util.Objects.checkFromIndexSize(to, length, target.length);
            FileReads.requireWithin(offset, length, entry.bytes(), nameOf(key));
            ZipStore.this.read(key, entry, offset, target, to, length, new byte[PIECE_BYTES]);
        }

        @Override
        public void close() {}
    }

    @Override
    public long size(StoreKey key) {
        ZipDirectory.Entry entry = find(key);
        return entry == null ? -1 : entry.bytes();
    }

    @Override
    public void list(StorePrefix prefix, Consumer<StoreEntry> children) {
        forEachChild(
                prefix,
                (index, name, isValue) -> children.accept(
                        isValue
                                ? new StoreEntry(
                                        name,
                                        StoreEntry.Kind.VALUE,
                                        directory.entry(index).bytes())
                                : new StoreEntry(name, StoreEntry.Kind.PREFIX, -1)));
    }

    @Override
    public void listNames(StorePrefix prefix, Consumer<String> names) {
        forEachChild(prefix, (index, name, isValue) -> names.accept(name));
    }

    private interface Child {
        void accept(int index, String name, boolean isValue);
    }

    private void forEachChild(StorePrefix prefix, Child child) {
        String start = inside.value() + prefix.value();
        int index = directory.ceiling(start);
        while (index < directory.size()) {
            String key = directory.nameAt(index);
            if (!key.startsWith(start)) {
                return;
            }
            int slash = key.indexOf('/', start.length());
            if (slash < 0) {
                child.accept(index, key.substring(start.length()), true);
                index++;
            } else {
                child.accept(index, key.substring(start.length(), slash), false);
                // '0' follows '/': the first key behind all of this child.
                index = directory.ceiling(key.substring(0, slash) + '0');
            }
        }
    }

    @Override
    public String describe(StorePrefix prefix) {
        return Descriptions.ofChildren("is a directory of a zip file", names -> listNames(prefix, names));
    }

    @Override
    public void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw failure("close", location, location, e);
        }
    }
}
