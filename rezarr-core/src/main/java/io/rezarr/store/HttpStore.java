package io.rezarr.store;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.StoreException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Values behind an HTTP or HTTPS server, read only: a key is a path below the URL. It cannot be listed.
 *
 * <p>Absent is what the server answers 404 for, and nothing else: any other refusal (401, 403, 410 ...) is an error. What may pass (408, 425, 429, 500,
 * 502, 503, 504, broken and stalled connections, bodies cut short) is tried again with growing pauses; what the server asks to wait is heeded.
 * At most {@value #MAX_REQUESTS} requests are under way at once, whatever the number of threads. Bodies are read straight into the memory they are
 * for; nothing else of their size is held.
 *
 * <p>Parts are asked for by byte ranges. A server that sends the whole value instead is read up to the part if that is within the first
 * {@value #MAX_SKIPPED_BYTES} bytes, and else refused. An opened value is of one version: if its size or ETag changes, reading it fails.
 */
public final class HttpStore extends ReadOnlyStore {
    private static final int MAX_REQUESTS = 32;
    private static final int MAX_SKIPPED_BYTES = 16 << 20;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int SKIP_BYTES = 16 << 10;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int NOT_FOUND = 404;
    private static final int NOT_SATISFIABLE = 416;
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)");

    private final HttpAddress address;
    private final HttpClient client;
    private final Retries retries;
    private final StalledReads stalled;
    private final Semaphore requests = new Semaphore(MAX_REQUESTS);
    /** The server answers GET only. */
    private volatile boolean headFails;

    private HttpStore(HttpAddress address, Retries retries, Duration patience) {
        this.address = address;
        this.retries = retries;
        this.stalled = new StalledReads(patience);
        this.client = HttpClient.newBuilder()
                // With HTTP/2 the client takes in up to 16 MiB of a body before anything is read.
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .followRedirects(address.isSecret() ? HttpClient.Redirect.NEVER : HttpClient.Redirect.NORMAL)
                .build();
    }

    /**
     * Opens it; asks nothing of the server yet.
     *
     * @param url with user and password or a query, if the server wants them; they never get into messages
     * @throws io.rezarr.error.InvalidRequestException if it is no HTTP URL
     */
    public static HttpStore open(String url) {
        return open(url, Retries.USUAL, PATIENCE);
    }

    static HttpStore open(String url, Retries retries, Duration patience) {
        return new HttpStore(HttpAddress.of(url), retries, patience);
    }

    @Override
    public String location() {
        return address.base();
    }

    /** What a response says of the value as a whole. */
    private record Version(long bytes, @Nullable String tag) {
        boolean agreesWith(Version other) {
            boolean sameSize = bytes < 0 || other.bytes < 0 || bytes == other.bytes;
            return sameSize && (tag == null || other.tag == null || tag.equals(other.tag));
        }
    }

    /** Takes a response whose status is 200, 206 or 416. */
    private interface Reply<T> {
        T of(HttpResponse<InputStream> response) throws IOException;
    }

    /**
     * Sends a request until there is an answer; {@code null} if that is 404. That one is asked for twice: servers behind a balancer, or
     * overloaded, are known to say so once of what they have, and it would be read as fill values.
     */
    private <T> @Nullable T ask(StoreKey key, String method, @Nullable String range, Reply<T> reply) {
        HttpRequest request = request(key, method, range);
        try {
            T first = retries.run("read '" + nameOf(key) + "'", () -> askOnce(key, request, reply));
            return first != null
                    ? first
                    : retries.run("read '" + nameOf(key) + "'", () -> askOnce(key, request, reply));
        } catch (IOException e) {
            throw new StoreException(
                    "cannot read '" + nameOf(key) + "': " + reasonOf(e) + ", after " + attemptsBefore(e)
                            + ". Try again when the server and the network are well.",
                    e);
        }
    }

    private HttpRequest request(StoreKey key, String method, @Nullable String range) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(address.of(key))
                .timeout(stalled.patience())
                .method(method, HttpRequest.BodyPublishers.noBody())
                // Another coding would change sizes and ranges.
                .header("Accept-Encoding", "identity");
        if (range != null) {
            builder.header("Range", "bytes=" + range);
        }
        if (address.authorization() != null) {
            builder.header("Authorization", address.authorization());
        }
        return builder.build();
    }

    private static String attemptsBefore(IOException failure) {
        int attempts = 1;
        for (Throwable e = failure; e.getSuppressed().length > 0; e = e.getSuppressed()[0]) {
            attempts++;
        }
        return attempts == 1 ? "one attempt" : attempts + " attempts";
    }

    private static String reasonOf(IOException failure) {
        if (failure instanceof java.net.http.HttpConnectTimeoutException) {
            return "no connection was made in " + PATIENCE.toSeconds() + " s";
        }
        if (failure instanceof java.net.http.HttpTimeoutException) {
            return "no answer came in time";
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private <T> @Nullable T askOnce(StoreKey key, HttpRequest request, Reply<T> reply)
            throws IOException, InterruptedException {
        requests.acquire();
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                int status = response.statusCode();
                if (status == OK || status == PARTIAL || status == NOT_SATISFIABLE) {
                    requireIdentity(key, response);
                    return reply.of(response);
                }
                body.skipNBytes(Math.min(PIECE_BYTES, Math.max(0, contentLength(response))));
                if (status == NOT_FOUND) {
                    return null;
                }
                if (PASSING.contains(status)) {
                    throw new Retries.PassingException("the server answered HTTP " + status, askedPause(response));
                }
                throw refused(key, response);
            }
        } catch (UnknownHostException | SSLHandshakeException e) {
            throw hopeless(key, e);
        } catch (IOException e) {
            if (e.getCause() instanceof UnresolvedAddressException) {
                throw hopeless(key, e);
            }
            throw e;
        } finally {
            requests.release();
        }
    }

    private StoreException hopeless(StoreKey key, IOException failure) {
        String reason = failure instanceof SSLHandshakeException
                ? "no secure connection can be made: " + failure.getMessage()
                : "its host is not known";
        return new StoreException("cannot read '" + nameOf(key) + "': " + reason + ". Check the URL.", failure);
    }

    /** An answer that is no value, and will not become one. */
    private static final class RefusedRequestException extends StoreException {
        private static final long serialVersionUID = 1;

        RefusedRequestException(String message) {
            super(message);
        }
    }

    private StoreException refused(StoreKey key, HttpResponse<InputStream> response) {
        int status = response.statusCode();
        String remedy = switch (status) {
            case 401, 403 ->
                "Is it private, or does the server answer so for what is absent? Only 404 means absent, so that"
                        + " nothing is read as fill values by mistake. Give it credentials (a user and password or a"
                        + " signed query in the URL), or make absent keys answer 404.";
            case 301, 302, 303, 307, 308 ->
                "It leads elsewhere"
                        + (address.isSecret() ? ", where secrets of the URL are not sent" : "")
                        + "; name the URL that it leads to.";
            default -> "Check the URL.";
        };
        return new RefusedRequestException(
                "cannot read '" + nameOf(key) + "': the server answered HTTP " + status + ". " + remedy);
    }

    private void requireIdentity(StoreKey key, HttpResponse<InputStream> response) {
        String coding = response.headers().firstValue("Content-Encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            throw new UnsupportedFeatureException(
                    "'" + nameOf(key) + "' is sent with the content coding '" + coding
                            + "', though none was asked for: sizes and byte ranges cannot be told. Switch it off at the server.");
        }
    }

    private static Duration askedPause(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("\\d{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : Duration.ZERO;
    }

    /** -1 if the response does not say. */
    private static long contentLength(HttpResponse<?> response) {
        return response.headers().firstValueAsLong("Content-Length").orElse(-1);
    }

    private static Version version(HttpResponse<?> response, long bytes) {
        Optional<String> tag = response.headers().firstValue("ETag");
        return new Version(
                bytes,
                tag.or(() -> response.headers().firstValue("Last-Modified")).orElse(null));
    }

    /** Reads exactly so many bytes of a body, after others that are left out. */
    private void read(HttpResponse<InputStream> response, long skip, byte[] target, int to, int length)
            throws IOException {
        InputStream body = response.body();
        byte[] skipped = new byte[(int) Math.min(skip, SKIP_BYTES)];
        try (StalledReads.Watched watch = stalled.watch(body)) {
            long done = -skip;
            while (done < length) {
                int more = done < 0
                        ? body.read(skipped, 0, (int) Math.min(-done, skipped.length))
                        : body.read(target, to + (int) done, (int) Math.min(PIECE_BYTES, length - done));
                if (more < 0 || watch.isStalled()) {
                    String soFar = (skip + done) + " of " + (skip + length) + " bytes";
                    throw new Retries.PassingException(
                            watch.isStalled()
                                    ? "nothing came for " + stalled.patience().toMillis() / 1000.0 + " s, after "
                                            + soFar
                                    : "the body ended after " + soFar,
                            Duration.ZERO);
                }
                done += more;
                watch.came();
            }
        }
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        int mark = workspace.mark();
        boolean[] isOfUnknownSize = new boolean[1];
        ByteBuffer value = ask(key, "GET", null, response -> {
            workspace.releaseTo(mark);
            long bytes = lengthOfWhole(key, response);
            isOfUnknownSize[0] = bytes < 0;
            return bytes < 0 ? ByteBuffer.allocate(0) : readWhole(key, response, bytes, maxBytes, workspace);
        });
        if (value == null || !isOfUnknownSize[0]) {
            return value;
        }
        // It comes in pieces. Its size is asked for, so that no more is borrowed than it has.
        long bytes = size(key);
        return bytes < 0
                ? null
                : ask(key, "GET", null, response -> {
                    workspace.releaseTo(mark);
                    ByteBuffer whole = readWhole(key, response, bytes, maxBytes, workspace);
                    if (response.body().read() >= 0) {
                        throw new Retries.PassingException(
                                "there are more than the " + bytes + " bytes that it has", Duration.ZERO);
                    }
                    return whole;
                });
    }

    /** -1 if it comes in pieces, of which the last is marked; any other end of a body could be that of a broken connection. */
    private long lengthOfWhole(StoreKey key, HttpResponse<InputStream> response) throws IOException {
        if (response.statusCode() != OK) {
            throw new Retries.PassingException(
                    "the server answered HTTP " + response.statusCode() + " when the whole value was asked for",
                    Duration.ZERO);
        }
        long bytes = contentLength(response);
        if (bytes < 0 && response.headers().firstValue("Transfer-Encoding").isEmpty()) {
            throw new UnsupportedFeatureException("'" + nameOf(key)
                    + "' is sent without its length (no Content-Length), so that a broken connection would look like its"
                    + " end. Use a server that says it.");
        }
        return bytes;
    }

    private ByteBuffer readWhole(
            StoreKey key, HttpResponse<InputStream> response, long bytes, long maxBytes, Workspace workspace)
            throws IOException {
        requireAtMost(key, maxBytes, bytes);
        byte[] value = workspace.borrow((int) bytes);
        read(response, 0, value, 0, (int) bytes);
        return ByteBuffer.wrap(value, 0, (int) bytes);
    }

    private void requireAtMost(StoreKey key, long maxBytes, long bytes) {
        long limit = Math.min(maxBytes, Workspace.MAX_ARRAY_BYTES);
        if (bytes > limit) {
            throw new MalformedDataException(
                            "stored value", limit, "expected at most " + limit + " bytes, found " + bytes)
                    .at(nameOf(key));
        }
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace) {
        boolean isSuffix = range.offset() < 0 && range.offset() + range.length() == 0;
        if (range.length() == 0 || (range.offset() < 0 && !isSuffix)) {
            ValueReader reader = reader(key);
            return reader == null ? null : partOf(reader, key, range, workspace);
        }
        String asked = isSuffix
                ? Long.toString(range.offset())
                : range.offset() + "-" + (Arithmetic.plus(range.offset(), range.length()) - 1);
        int mark = workspace.mark();
        return ask(key, "GET", asked, response -> {
            workspace.releaseTo(mark);
            return ByteBuffer.wrap(readRange(key, range, response, null, workspace::borrow, 0), 0, range.length());
        });
    }

    private ByteBuffer partOf(ValueReader reader, StoreKey key, ByteRange range, Workspace workspace) {
        try (reader) {
            long offset = range.offset() < 0 ? reader.bytes() + range.offset() : range.offset();
            if (offset < 0 || offset > reader.bytes() - range.length()) {
                throw range.isBeyond(reader.bytes()).at(nameOf(key));
            }
            byte[] part = workspace.borrow(range.length());
            reader.read(offset, part, 0, range.length());
            return ByteBuffer.wrap(part, 0, range.length());
        }
    }

    /** Gives room for so many bytes. */
    private interface Room {
        byte[] of(int bytes);
    }

    /** @param expected the version that was opened; {@code null} if any will do */
    private byte[] readRange(
            StoreKey key,
            ByteRange range,
            HttpResponse<InputStream> response,
            @Nullable Version expected,
            Room room,
            int to)
            throws IOException {
        int length = range.length();
        Matcher said = CONTENT_RANGE.matcher(
                response.headers().firstValue("Content-Range").orElse(""));
        boolean isSaid = said.matches();
        boolean isWhole = response.statusCode() == OK;
        long bytes = isWhole
                ? contentLength(response)
                : isSaid && !said.group(3).equals("*") ? Long.parseLong(said.group(3)) : -1;
        requireVersion(key, expected, version(response, bytes));
        boolean isBeyond = response.statusCode() == NOT_SATISFIABLE;
        long offset = range.offset() >= 0 ? range.offset() : Math.max(0, bytes) + range.offset();
        if (isBeyond && bytes < 0) {
            throw new MalformedDataException("stored value", offset, "it ends before " + length + " bytes from there")
                    .at(nameOf(key));
        }
        if (bytes >= 0 && (isBeyond || offset < 0 || offset > bytes - length)) {
            throw range.isBeyond(bytes).at(nameOf(key));
        }
        if (isWhole) {
            requireFewSkipped(key, offset, bytes);
        } else {
            requireRange(key, response, said, range, offset);
        }
        byte[] target = room.of(length);
        read(response, isWhole ? offset : 0, target, to, length);
        return target;
    }

    private void requireRange(StoreKey key, HttpResponse<?> response, Matcher said, ByteRange range, long offset) {
        boolean isRight = said.matches()
                && said.group(1) != null
                && (range.offset() < 0 || Long.parseLong(said.group(1)) == offset)
                && Long.parseLong(said.group(2)) - Long.parseLong(said.group(1)) + 1 == range.length();
        if (!isRight) {
            throw new StoreException("cannot read '" + nameOf(key) + "': " + range.length() + " bytes at offset "
                    + range.offset() + " were asked for, the server sent '"
                    + response.headers().firstValue("Content-Range").orElse("no Content-Range")
                    + "'. It does not serve byte ranges as HTTP has them; copy the store to where they are served.");
        }
    }

    private void requireFewSkipped(StoreKey key, long offset, long bytes) {
        if (bytes < 0 || offset > MAX_SKIPPED_BYTES) {
            throw new UnsupportedFeatureException("'" + nameOf(key)
                    + "': the server does not serve byte ranges, and would send "
                    + (bytes < 0 ? "a value of unknown size" : "all " + bytes + " bytes") + " for a part at offset "
                    + offset + ". Use a server that serves them, or copy the store.");
        }
    }

    private void requireVersion(StoreKey key, @Nullable Version expected, Version found) {
        if (expected != null && !expected.agreesWith(found)) {
            throw new StoreException("'" + nameOf(key) + "' changed while it was read: it had " + expected.bytes()
                    + " bytes" + (expected.tag() == null ? "" : " and the tag " + expected.tag()) + ", now "
                    + (found.bytes() < 0 ? "unknown" : found.bytes()) + " and " + found.tag()
                    + ". Run again when nothing else writes to the store.");
        }
    }

    /** {@code null} if it is absent. */
    private @Nullable Version versionOf(StoreKey key) {
        if (!headFails) {
            try {
                Version head = ask(key, "HEAD", null, response -> version(response, contentLength(response)));
                if (head == null || head.bytes() >= 0) {
                    return head;
                }
            } catch (RefusedRequestException e) {
                // Signed URLs, and some servers, allow GET only. If that fails too, it says why.
                headFails = true;
            }
        }
        return ask(key, "GET", "0-0", response -> {
            Matcher said = CONTENT_RANGE.matcher(
                    response.headers().firstValue("Content-Range").orElse(""));
            long bytes = response.statusCode() == OK
                    ? contentLength(response)
                    : said.matches() && !said.group(3).equals("*") ? Long.parseLong(said.group(3)) : -1;
            if (bytes < 0) {
                throw new UnsupportedFeatureException("'" + nameOf(key)
                        + "': the server does not tell its size. Use one that does (Content-Length, Content-Range).");
            }
            return version(response, bytes);
        });
    }

    @Override
    public long size(StoreKey key) {
        Version version = versionOf(key);
        return version == null ? -1 : version.bytes();
    }

    @Override
    public @Nullable ValueReader reader(StoreKey key) {
        Version version = versionOf(key);
        return version == null ? null : new Reader(key, version);
    }

    private final class Reader implements ValueReader {
        private final StoreKey key;
        private final Version version;

        Reader(StoreKey key, Version version) {
            this.key = key;
            this.version = version;
        }

        @Override
        public long bytes() {
            return version.bytes();
        }

        @Override
        public void read(long offset, byte[] target, int to, int length) {
            Objects.checkFromIndexSize(to, length, target.length);
            FileReads.requireWithin(offset, length, version.bytes(), nameOf(key));
            if (length == 0) {
                return;
            }
            ByteRange range = new ByteRange(offset, length);
            Boolean found = ask(key, "GET", offset + "-" + (offset + length - 1), response -> {
                readRange(key, range, response, version, bytes -> target, to);
                return true;
            });
            if (found == null) {
                throw StoreException.vanished(nameOf(key));
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public boolean canList() {
        return false;
    }

    @Override
    public void list(StorePrefix prefix, Consumer<StoreEntry> children) {
        throw new UnsupportedFeatureException(
                "'" + location() + "/" + prefix.path()
                        + "' would have to be listed, which HTTP servers do not do. Name arrays by their own URLs, or copy the store.");
    }

    @Override
    public String describe(StorePrefix prefix) {
        return "has none of them (HTTP 404; what else it has cannot be listed)";
    }

    @Override
    public void close() {
        stalled.close();
    }
}
