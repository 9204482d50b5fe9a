package io.rezarr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.CancelledException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.StoreException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.testkit.ReadContract;
import io.rezarr.testkit.ValueServer;
import io.rezarr.testkit.ValueServer.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit calls the method that starts the server
class HttpStoreTest {
    private static final Retries QUICK = new Retries(3, Duration.ofMillis(1));
    private static final byte[] VALUE = ReadContractValues.of(100_000);

    private static final class ReadContractValues extends ReadContract {
        static byte[] of(int bytes) {
            return random(bytes);
        }

        @Override
        protected Store newStore() {
            throw new IllegalStateException("only for its values");
        }

        @Override
        protected void put(String key, byte[] value) {
            throw new IllegalStateException("only for its values");
        }
    }

    abstract static class Contract extends ReadContract {
        private final MemoryStore values = new MemoryStore();
        private @Nullable ValueServer server;

        abstract Answer answers();

        @Override
        protected Store newStore() throws Exception {
            ValueServer started = new ValueServer(values);
            started.answer(answers());
            server = started;
            return HttpStore.open(started.url() + "/d/", QUICK, Duration.ofSeconds(10));
        }

        @AfterEach
        void stop() {
            Objects.requireNonNull(server).close();
        }

        @Override
        protected void put(String key, byte[] value) {
            values.set(new StoreKey(key), ByteBuffer.wrap(value), Store.WriteMode.ATOMIC);
        }
    }

    @Nested
    class OfServerWithRanges extends Contract {
        @Override
        Answer answers() {
            return ValueServer::withRanges;
        }
    }

    @Nested
    class OfServerWithoutRanges extends Contract {
        @Override
        Answer answers() {
            return ValueServer::withoutRanges;
        }
    }

    @Nested
    class OfServerThatSendsPieces extends Contract {
        @Override
        Answer answers() {
            return ValueServer::inPieces;
        }
    }

    private final Workspace workspace = new Workspace();
    private final MemoryStore values = new MemoryStore();
    private ValueServer server;
    private HttpStore store;

    @BeforeEach
    void start() throws IOException {
        server = new ValueServer(values);
        values.set(new StoreKey("a/v"), ByteBuffer.wrap(VALUE), Store.WriteMode.ATOMIC);
        store = open("");
    }

    private HttpStore open(String query) {
        return HttpStore.open(server.url() + "/d" + query, QUICK, Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

    private byte @Nullable [] read(String key) {
        ByteBuffer value = store.get(new StoreKey(key), Long.MAX_VALUE, workspace);
        return value == null ? null : bytesOf(value);
    }

    private static byte[] bytesOf(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }

    private static Answer status(int status) {
        return (exchange, value) -> ValueServer.status(exchange, status);
    }

    private static List<Answer> passing() {
        return List.of(status(503), status(429), status(500), ValueServer::reset, ValueServer::cutShort);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatPassesIsTriedAgain() {
        for (Answer fault : passing()) {
            server.answerOnce(fault);
            assertThat(read("a/v")).isEqualTo(VALUE);
        }
        for (Answer fault : passing()) {
            try (ValueReader reader = Objects.requireNonNull(store.reader(new StoreKey("a/v")))) {
                server.answerOnce(fault);
                byte[] part = new byte[2000];
                reader.read(500, part, 0, 2000);
                assertThat(part).isEqualTo(Arrays.copyOfRange(VALUE, 500, 2500));
            }
        }
    }

    @Test
    void whatStallsIsTriedAgain() {
        server.answerOnce((exchange, value) -> {
            exchange.sendResponseHeaders(200, 100_000);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            pause(3000);
        });
        try (HttpStore impatient = HttpStore.open(server.url() + "/d", QUICK, Duration.ofSeconds(1))) {
            ByteBuffer value = Objects.requireNonNull(impatient.get(new StoreKey("a/v"), Long.MAX_VALUE, workspace));
            assertThat(bytesOf(value)).isEqualTo(VALUE);
        }
        assertThat(server.log()).hasSizeGreaterThan(1);
    }

    @Test
    void whatDoesNotPassFailsAfterAllAttempts() {
        List.of(status(503), status(502), (Answer) ValueServer::cutShort).forEach(server::answerOnce);

        assertThatThrownBy(() -> read("a/v"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot read '" + server.url() + "/d/a/v': ")
                .hasMessageContaining("3 attempts");
        assertThat(server.log()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 410, 501})
    void refusalIsAnErrorAtOnceAndNeverAbsence(int status) {
        server.answer(status(status));

        assertThatThrownBy(() -> read("a/v")).isInstanceOf(StoreException.class).hasMessageContaining("HTTP " + status);
        assertThat(server.log()).hasSize(1);
        assertThatThrownBy(() -> store.size(new StoreKey("a/v"))).hasMessageContaining("HTTP " + status);
        assertThatThrownBy(() -> store.get(new StoreKey("a/v"), new ByteRange(0, 1), workspace))
                .hasMessageContaining("HTTP " + status);
    }

    @Test
    void absenceIsAskedForTwice() {
        server.answerOnce(status(404));
        assertThat(read("a/v")).isEqualTo(VALUE);

        server.forget();
        assertThat(read("a/x")).isNull();
        assertThat(server.log()).hasSize(2);
    }

    @Test
    void serverThatPausesIsHeeded() {
        server.answerOnce((exchange, value) -> {
            exchange.getResponseHeaders().set("Retry-After", "1");
            ValueServer.status(exchange, 503);
        });
        long start = System.nanoTime();

        assertThat(read("a/v")).isEqualTo(VALUE);
        assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
    }

    @Test
    void valueThatChangesWhileItIsOpenIsAnError() {
        AtomicInteger version = new AtomicInteger(1);
        server.answer((exchange, value) -> {
            exchange.getResponseHeaders().set("ETag", "\"" + version + "\"");
            ValueServer.withRanges(exchange, value);
        });
        try (ValueReader reader = Objects.requireNonNull(store.reader(new StoreKey("a/v")))) {
            reader.read(0, new byte[10], 0, 10);
            version.set(2);
            assertThatThrownBy(() -> reader.read(0, new byte[10], 0, 10))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("changed while it was read")
                    .hasMessageContaining("\"1\"");
        }
        try (ValueReader reader = Objects.requireNonNull(store.reader(new StoreKey("a/v")))) {
            values.set(new StoreKey("a/v"), ByteBuffer.wrap(new byte[50_000]), Store.WriteMode.ATOMIC);
            assertThatThrownBy(() -> reader.read(0, new byte[10], 0, 10)).hasMessageContaining("now 50000");
            values.delete(new StoreKey("a/v"));
            assertThatThrownBy(() -> reader.read(0, new byte[10], 0, 10)).hasMessageContaining("is gone");
        }
    }

    @Test
    void wrongRangesAreErrors() {
        for (String said : List.of(
                "bytes 1-10/100000", "bytes 0-8/100000", "bytes 0-9/9", "0-9", "bytes 0-99999999999999999999/1", "")) {
            server.answerOnce((exchange, value) -> {
                exchange.getResponseHeaders().set("Content-Range", said);
                ValueServer.send(exchange, 206, VALUE, 0, 10);
            });
            assertThatThrownBy(() -> store.get(new StoreKey("a/v"), new ByteRange(0, 10), workspace))
                    .as(said)
                    .isInstanceOfAny(StoreException.class, MalformedDataException.class)
                    .hasMessageContaining("a/v");
        }
    }

    @Test
    void partFarInsideAWholeValueIsRefused() {
        values.set(new StoreKey("big"), ByteBuffer.allocate(20 << 20), Store.WriteMode.ATOMIC);
        server.answer(ValueServer::withoutRanges);

        assertThatThrownBy(() -> store.get(new StoreKey("big"), ByteRange.suffix(10), workspace))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("does not serve byte ranges")
                .hasMessageContaining("20971520");
    }

    @Test
    void sizeIsAskedForByGetWhereHeadIsNotAllowed() {
        server.answer((exchange, value) -> {
            if (exchange.getRequestMethod().equals("HEAD")) {
                ValueServer.status(exchange, 405);
            } else {
                ValueServer.withRanges(exchange, value);
            }
        });
        assertThat(store.size(new StoreKey("a/v"))).isEqualTo(100_000);
        assertThat(store.size(new StoreKey("a/v"))).isEqualTo(100_000);
        assertThat(store.size(new StoreKey("a/x"))).isEqualTo(-1);
        assertThat(server.log().stream().filter(line -> line.startsWith("HEAD")))
                .hasSize(1);
    }

    @Test
    void otherContentCodingIsRefused() {
        server.answerOnce((exchange, value) -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            ValueServer.send(exchange, 200, VALUE, 0, 10);
        });
        assertThatThrownBy(() -> read("a/v"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("gzip");
    }

    @Test
    void credentialsAreSentAndNeverShown() {
        String url = server.url().replace("http://", "http://me:p%40ss@") + "/d?sig=hush";
        try (HttpStore signed = HttpStore.open(url, QUICK, Duration.ofSeconds(1))) {
            assertThat(signed.size(new StoreKey("a/v"))).isEqualTo(100_000);
            assertThat(server.log()).containsExactly("HEAD /d/a/v?sig=hush null Basic bWU6cEBzcw==");
            for (int status : new int[] {403, 302, 500}) {
                server.answer(status(status));
                assertThatThrownBy(() -> signed.get(new StoreKey("a/v"), 10, workspace))
                        .hasMessageContaining("/d/a/v")
                        .hasMessageNotContaining("hush")
                        .hasMessageNotContaining("ss@");
            }
            assertThat(signed.location()).isEqualTo(server.url() + "/d");
        }
    }

    @Test
    void keysAreEncoded() {
        values.set(new StoreKey("ä b/c+d?e%25"), ByteBuffer.wrap(VALUE), Store.WriteMode.ATOMIC);

        assertThat(read("ä b/c+d?e%25")).isEqualTo(VALUE);
        assertThat(server.log().get(0)).startsWith("GET /d/%C3%A4%20b/c%2Bd%3Fe%2525 ");
    }

    @Test
    void hostThatIsNotThereIsSaid() {
        try (HttpStore nowhere = HttpStore.open("http://no-such-host.invalid/a", QUICK, Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> nowhere.size(new StoreKey("k")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("no-such-host.invalid");
        }
        server.close();
        assertThatThrownBy(() -> store.size(new StoreKey("a/v")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("3 attempts");
    }

    @Test
    void requestsAreLimitedWhateverTheThreads() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        server.answer((exchange, value) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            pause(20);
            now.decrementAndGet();
            ValueServer.withRanges(exchange, value);
        });
        ExecutorService readers = Executors.newFixedThreadPool(100);
        for (int i = 0; i < 200; i++) {
            readers.execute(() -> store.size(new StoreKey("a/v")));
        }
        readers.shutdown();
        assertThat(readers.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isBetween(2, 32);
    }

    @Test
    void interruptedThreadIsCancelled() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        server.answer((exchange, value) -> {
            asked.countDown();
            pause(5000);
        });
        @Nullable Throwable[] failure = new @Nullable Throwable[1];
        Thread reader = new Thread(() -> {
            try (HttpStore slow = HttpStore.open(server.url(), QUICK, Duration.ofSeconds(10))) {
                slow.size(new StoreKey("a/v"));
            } catch (Throwable e) {
                failure[0] = e;
            }
        });
        reader.start();
        asked.await();
        reader.interrupt();
        reader.join(3000);

        assertThat(failure[0]).isInstanceOf(CancelledException.class).hasMessageContaining("interrupted");
    }
}
