package io.rezarr.store.s3;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.StoreException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.ValueReader;
import io.rezarr.store.ValueWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Values in a bucket of S3, or of a server that speaks its protocol, below a prefix.
 *
 * <p>A value appears whole or not at all, whatever the {@link WriteMode}. One of more than 64 MiB is sent in parts, which are aborted if that
 * fails; a killed process leaves them until the bucket's rules remove them. What is written piece by piece is first gathered in a file of the
 * spool directory, so that it takes no memory and is sent again if a request fails.
 *
 * <p>Absent is what S3 says it has not (404) when it is asked twice, and nothing else. The client tries again what may pass. Bodies are read
 * straight into the memory they are for. An opened value is of one version (its ETag): if another takes its place, reading it fails.
 */
final class S3Store implements Store {
    /** The size of what is sent in one request; larger values are sent in parts. */
    static final int PART_BYTES = 64 << 20;

    private static final int PIECE_BYTES = 64 << 10;
    private static final int MAX_DELETED_AT_ONCE = 1000;
    private static final int CHANGED = 412;
    private static final int NOT_SATISFIABLE = 416;

    private final S3Address address;
    private final S3Client client;
    private final Path spool;
    private final int partBytes;
    private final S3Failures failures;

    S3Store(S3Address address, S3Client client, Path spool, int partBytes) {
        this.address = address;
        this.client = client;
        this.spool = spool;
        this.partBytes = partBytes;
        this.failures = new S3Failures(address.location());
    }

    @Override
    public String location() {
        return address.location();
    }

    private String keyOf(StoreKey key) {
        return address.prefix() + key.value();
    }

    /** Asks twice before it believes that there is nothing: it would be read as fill values. */
    private <T> @Nullable T ask(StoreKey key, Supplier<T> request) {
        for (int i = 0; ; i++) {
            try {
                return request.get();
            } catch (SdkException e) {
                if (!failures.isAbsence(e)) {
                    throw failures.of("read", key.value(), e);
                }
                if (i > 0) {
                    return null;
                }
            }
        }
    }

    /** Takes the body of a value, or of a part of one; may be called again for another attempt. */
    private interface Body<T> {
        T of(GetObjectResponse response, AbortableInputStream body);
    }

    private <T> ResponseTransformer<GetObjectResponse, T> transformer(Body<T> body) {
        return (response, stream) -> body.of(response, stream);
    }

    private GetObjectRequest.Builder request(StoreKey key) {
        return GetObjectRequest.builder().bucket(address.bucket()).key(keyOf(key));
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        int mark = workspace.mark();
        Body<ByteBuffer> whole = (response, body) -> {
            workspace.releaseTo(mark);
            long bytes = lengthOf(response);
            long limit = Math.min(maxBytes, Workspace.MAX_ARRAY_BYTES);
            if (bytes > limit) {
                body.abort();
                throw new MalformedDataException(
                                "stored value", limit, "expected at most " + limit + " bytes, found " + bytes)
                        .at(failures.nameOf(key));
            }
            byte[] value = workspace.borrow((int) bytes);
            read(body, value, 0, (int) bytes);
            return ByteBuffer.wrap(value, 0, (int) bytes);
        };
        return ask(key, () -> client.getObject(request(key).build(), transformer(whole)));
    }

    private static long lengthOf(GetObjectResponse response) {
        if (response.contentLength() == null) {
            throw RetryableException.create("the answer does not tell its length");
        }
        return response.contentLength();
    }

    /** Reads exactly so many bytes; fewer, or a broken connection, is tried again by the client. */
    private static void read(AbortableInputStream body, byte[] target, int to, int length) {
        int done = 0;
        try {
            while (done < length) {
                int more = body.read(target, to + done, Math.min(PIECE_BYTES, length - done));
                if (more < 0) {
                    throw RetryableException.create("the body ended after " + done + " of " + length + " bytes");
                }
                done += more;
            }
            if (body.read() >= 0) {
                throw RetryableException.create("the body has more than the " + length + " bytes it should");
            }
        } catch (IOException e) {
            throw RetryableException.create(
                    "the body broke off after " + done + " of " + length + " bytes: " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace) {
        boolean isSuffix = range.offset() < 0 && range.offset() + range.length() == 0;
        if (range.length() == 0 || (range.offset() < 0 && !isSuffix)) {
            try (ValueReader reader = reader(key)) {
                return reader == null ? null : partOf(reader, key, range, workspace);
            }
        }
        int mark = workspace.mark();
        String asked = isSuffix ? "bytes=" + range.offset() : rangeOf(range.offset(), range.length());
        Body<ByteBuffer> part = (response, body) -> {
            workspace.releaseTo(mark);
            requirePart(key, range, response, body);
            byte[] bytes = workspace.borrow(range.length());
            read(body, bytes, 0, range.length());
            return ByteBuffer.wrap(bytes, 0, range.length());
        };
        return ask(key, () -> {
            try {
                return client.getObject(request(key).range(asked).build(), transformer(part));
            } catch (SdkException e) {
                if (S3Failures.hasStatus(e, NOT_SATISFIABLE)) {
                    throw range.isBeyond(Math.max(0, size(key))).at(failures.nameOf(key));
                }
                throw e;
            }
        });
    }

    private static String rangeOf(long offset, int length) {
        return "bytes=" + offset + "-" + Arithmetic.plus(offset, length - 1);
    }

    private ByteBuffer partOf(ValueReader reader, StoreKey key, ByteRange range, Workspace workspace) {
        long offset = range.offset() < 0 ? reader.bytes() + range.offset() : range.offset();
        if (offset < 0 || offset > reader.bytes() - range.length()) {
            throw range.isBeyond(reader.bytes()).at(failures.nameOf(key));
        }
        byte[] part = workspace.borrow(range.length());
        reader.read(offset, part, 0, range.length());
        return ByteBuffer.wrap(part, 0, range.length());
    }

    /** The part is what was asked for, not one cut off by the end of the value, nor all of it. */
    private void requirePart(StoreKey key, ByteRange range, GetObjectResponse response, AbortableInputStream body) {
        String said = String.valueOf(response.contentRange());
        boolean isTold = said.matches("bytes \\d{1,18}-\\d{1,18}/\\d{1,18}");
        long bytes = isTold ? Long.parseLong(said.substring(said.indexOf('/') + 1)) : -1;
        long offset = range.offset() < 0 ? bytes + range.offset() : range.offset();
        if (isTold && (offset < 0 || offset > bytes - range.length())) {
            body.abort();
            throw range.isBeyond(bytes).at(failures.nameOf(key));
        }
        if (!isTold
                || lengthOf(response) != range.length()
                || Long.parseLong(said.substring(6, said.indexOf('-'))) != offset) {
            body.abort();
            throw new StoreException(
                    "cannot read '" + failures.nameOf(key) + "': " + range.length() + " bytes at offset "
                            + range.offset() + " were asked for, the server sent '" + said + "' with "
                            + response.contentLength() + " bytes. It does not serve byte ranges as S3 does.");
        }
    }

    private @Nullable HeadObjectResponse head(StoreKey key) {
        return ask(
                key,
                () -> client.headObject(head -> head.bucket(address.bucket()).key(keyOf(key))));
    }

    @Override
    public long size(StoreKey key) {
        HeadObjectResponse head = head(key);
        return head == null ? -1 : head.contentLength();
    }

    @Override
    public @Nullable ValueReader reader(StoreKey key) {
        HeadObjectResponse head = head(key);
        return head == null ? null : new Reader(key, head.contentLength(), head.eTag());
    }

    private final class Reader implements ValueReader {
        private final StoreKey key;
        private final long bytes;
        private final @Nullable String tag;

        Reader(StoreKey key, long bytes, @Nullable String tag) {
            this.key = key;
            this.bytes = bytes;
            this.tag = tag;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void read(long offset, byte[] target, int to, int length) {
            Objects.checkFromIndexSize(to, length, target.length);
            ByteRange range = new ByteRange(offset, length);
            if (offset > bytes - length) {
                throw range.isBeyond(bytes).at(failures.nameOf(key));
            }
            if (length == 0) {
                return;
            }
            GetObjectRequest request =
                    request(key).range(rangeOf(offset, length)).ifMatch(tag).build();
            Body<Boolean> part = (response, body) -> {
                if (tag != null && !tag.equals(response.eTag())) {
                    throw changed();
                }
                requirePart(key, range, response, body);
                S3Store.read(body, target, to, length);
                return true;
            };
            Boolean found = ask(key, () -> {
                try {
                    return client.getObject(request, transformer(part));
                } catch (SdkException e) {
                    if (S3Failures.hasStatus(e, CHANGED)) {
                        throw changed();
                    }
                    throw e;
                }
            });
            if (found == null) {
                throw StoreException.vanished(failures.nameOf(key));
            }
        }

        private StoreException changed() {
            return new StoreException("'" + failures.nameOf(key)
                    + "' changed while it was read. Run again when nothing else writes to the store.");
        }

        @Override
        public void close() {}
    }

    @Override
    public void list(StorePrefix prefix, Consumer<StoreEntry> children) {
        String start = address.prefix() + prefix.value();
        forEachPage(start, "/", page -> {
            for (CommonPrefix common : page.commonPrefixes()) {
                String name = common.prefix()
                        .substring(start.length(), common.prefix().length() - 1);
                children.accept(new StoreEntry(name, StoreEntry.Kind.PREFIX, -1));
            }
            for (S3Object object : page.contents()) {
                // Some tools mark a directory by an empty object named like it.
                if (object.key().length() > start.length()) {
                    children.accept(new StoreEntry(
                            object.key().substring(start.length()), StoreEntry.Kind.VALUE, object.size()));
                }
            }
        });
    }

    private void forEachPage(String start, @Nullable String delimiter, Consumer<ListObjectsV2Response> pages) {
        String next = null;
        do {
            ListObjectsV2Request request = ListObjectsV2Request.builder()
                    .bucket(address.bucket())
                    .prefix(start)
                    .delimiter(delimiter)
                    .continuationToken(next)
                    .build();
            ListObjectsV2Response page;
            try {
                page = client.listObjectsV2(request);
            } catch (SdkException e) {
                throw failures.of("list", "", e);
            }
            pages.accept(page);
            next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
        } while (next != null);
    }

    @Override
    public String describe(StorePrefix prefix) {
        List<String> first = new ArrayList<>();
        int[] count = new int[1];
        listNames(prefix, name -> {
            if (count[0]++ < 5) {
                first.add("'" + name + "'");
            }
        });
        return count[0] == 0
                ? "is a prefix without entries"
                : "is a prefix with " + count[0] + (count[0] == 1 ? " entry (" : " entries (")
                        + String.join(", ", first) + (count[0] > first.size() ? ", ...)" : ")");
    }

    @Override
    public void set(StoreKey key, ByteBuffer value, WriteMode mode) {
        byte[] array;
        int offset;
        int length = value.remaining();
        if (value.hasArray()) {
            array = value.array();
            offset = value.arrayOffset() + value.position();
        } else {
            array = new byte[length];
            value.duplicate().get(array);
            offset = 0;
        }
        write(
                key,
                length,
                (from, bytes) -> RequestBody.fromContentProvider(
                        () -> new ByteArrayInputStream(array, offset + (int) from, (int) bytes),
                        bytes,
                        "application/octet-stream"));
    }

    /** Sends a value, in parts if it is large. */
    void write(StoreKey key, long bytes, S3Upload.Source source) {
        try {
            new S3Upload(client, address.bucket(), keyOf(key), partBytes).send(bytes, source);
        } catch (SdkException e) {
            throw failures.of("write", key.value(), e);
        }
    }

    @Override
    public ValueWriter writer(StoreKey key, WriteMode mode) {
        return new S3ValueWriter(this, key, spool);
    }

    /** A key in full, for messages. */
    String nameOf(StoreKey key) {
        return failures.nameOf(key);
    }

    /** {@inheritDoc} It does: a value is gathered in a file before it is sent. */
    @Override
    public boolean canWriteAt() {
        return true;
    }

    @Override
    public void delete(StoreKey key) {
        try {
            client.deleteObject(delete -> delete.bucket(address.bucket()).key(keyOf(key)));
        } catch (SdkException e) {
            if (!failures.isAbsence(e)) {
                throw failures.of("delete", key.value(), e);
            }
        }
    }

    @Override
    public void deleteAll(StorePrefix prefix) {
        List<ObjectIdentifier> keys = new ArrayList<>();
        forEachPage(address.prefix() + prefix.value(), null, page -> {
            for (S3Object object : page.contents()) {
                keys.add(ObjectIdentifier.builder().key(object.key()).build());
            }
            for (int from = 0; from < keys.size(); from += MAX_DELETED_AT_ONCE) {
                delete(keys.subList(from, Math.min(from + MAX_DELETED_AT_ONCE, keys.size())));
            }
            keys.clear();
        });
    }

    private void delete(List<ObjectIdentifier> keys) {
        DeleteObjectsResponse response;
        try {
            response = client.deleteObjects(request -> request.bucket(address.bucket())
                    .delete(delete -> delete.objects(keys).quiet(true)));
        } catch (SdkException e) {
            throw failures.of("delete " + keys.size() + " keys in", "", e);
        }
        if (response.hasErrors() && !response.errors().isEmpty()) {
            throw new StoreException("cannot delete " + response.errors().size() + " of " + keys.size() + " keys in '"
                    + location() + "': '" + response.errors().get(0).key() + "': "
                    + response.errors().get(0).code() + ". Check that the credentials allow it.");
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
