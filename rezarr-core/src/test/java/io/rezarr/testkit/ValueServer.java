package io.rezarr.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.Stores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An HTTP server on the loopback address for the values of a store, which can be told to answer wrongly. */
public final class ValueServer implements AutoCloseable {
    /** One answer. */
    public interface Answer {
        /** @param value what stands at the path that was asked for; {@code null} if nothing does */
        void to(HttpExchange exchange, byte @Nullable [] value) throws IOException;
    }

    private final Store values;
    private final ConcurrentLinkedQueue<Answer> next = new ConcurrentLinkedQueue<>();
    private final List<String> log = new ArrayList<>();
    private volatile Answer usual = ValueServer::withRanges;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** @param values what it serves, below {@code /d/} */
    public ValueServer(Store values) throws IOException {
        this.values = values;
        // Else each answer with a body waits 40 ms for the acknowledgement of its header.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** How it answers from now on. */
    public void answer(Answer answer) {
        usual = answer;
    }

    /** How it answers once; several such answers are given one after the other. */
    public void answerOnce(Answer answer) {
        next.add(answer);
    }

    /** A line for each request: method, path, range, authorization. */
    public List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    public void forget() {
        synchronized (log) {
            log.clear();
        }
    }

    /** Without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        synchronized (log) {
            log.add(exchange.getRequestMethod() + " " + uri + " "
                    + exchange.getRequestHeaders().getFirst("Range") + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
        }
        Answer answer = next.poll();
        ByteBuffer value = uri.getPath().startsWith("/d/")
                ? Stores.readWhole(values, new StoreKey(uri.getPath().substring(3)), Long.MAX_VALUE)
                : null;
        byte @Nullable [] bytes = null;
        if (value != null) {
            bytes = new byte[value.remaining()];
            value.get(bytes);
        }
        try (exchange) {
            (answer == null ? usual : answer).to(exchange, bytes);
        }
    }

    public static void status(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    public static void send(HttpExchange exchange, int status, byte[] value, int from, int length) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
        exchange.getResponseBody().write(value, from, length);
    }

    public static void withRanges(HttpExchange exchange, byte @Nullable [] value) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (value == null) {
            status(exchange, 404);
        } else if (range == null) {
            send(exchange, 200, value, 0, value.length);
        } else {
            String[] ends = range.substring("bytes=".length()).split("-", 2);
            long from =
                    ends[0].isEmpty() ? Math.max(0, value.length - Long.parseLong(ends[1])) : Long.parseLong(ends[0]);
            long to = ends[0].isEmpty() || ends[1].isEmpty()
                    ? value.length - 1
                    : Math.min(Long.parseLong(ends[1]), value.length - 1);
            if (from > to) {
                exchange.getResponseHeaders().set("Content-Range", "bytes */" + value.length);
                status(exchange, 416);
                return;
            }
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + value.length);
            send(exchange, 206, value, (int) from, (int) (to - from + 1));
        }
    }

    public static void withoutRanges(HttpExchange exchange, byte @Nullable [] value) throws IOException {
        if (value == null) {
            status(exchange, 404);
        } else {
            send(exchange, 200, value, 0, value.length);
        }
    }

    public static void inPieces(HttpExchange exchange, byte @Nullable [] value) throws IOException {
        if (value == null
                || exchange.getRequestHeaders().getFirst("Range") != null
                || exchange.getRequestMethod().equals("HEAD")) {
            withRanges(exchange, value);
        } else {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(value);
        }
    }

    public static void reset(HttpExchange exchange, byte @Nullable [] value) {
        exchange.close();
    }

    /** Promises all of what was asked for, and sends half of it. */
    public static void cutShort(HttpExchange exchange, byte @Nullable [] value) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (value == null
                || exchange.getRequestMethod().equals("HEAD")
                || (range != null && range.startsWith("bytes=-"))) {
            exchange.close();
            return;
        }
        int from = range == null ? 0 : Integer.parseInt(range.substring(6, range.indexOf('-')));
        int to = range == null ? value.length : Integer.parseInt(range.substring(range.indexOf('-') + 1)) + 1;
        if (range != null) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + value.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, to - from);
        exchange.getResponseBody().write(value, from, (to - from) / 2);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
