package io.rezarr.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As much of S3 as {@link S3Store} asks for, with one bucket and listings of three keys a page. It shows that the store keeps its contract; whether
 * it speaks S3 is shown by the interoperability tests with another server.
 */
final class SmallS3 implements AutoCloseable {
    private static final int PAGE = 3;
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    final NavigableMap<String, byte[]> values = new ConcurrentSkipListMap<>();
    final Map<String, Map<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
    /** Statuses that the next requests of a method get: {@code "PUT 503"}. */
    final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

    final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    SmallS3() throws IOException {
        // Else each answer with a body waits 40 ms for the acknowledgement of its header.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String method = exchange.getRequestMethod();
            log.add(method + " " + exchange.getRequestURI());
            String fault = faults.peek();
            if (fault != null && fault.startsWith(method + " ")) {
                faults.remove();
                exchange.sendResponseHeaders(Integer.parseInt(fault.substring(method.length() + 1)), -1);
                return;
            }
            String path = exchange.getRequestURI().getPath().replaceFirst("^/bucket/?", "");
            Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
            switch (method) {
                case "GET", "HEAD" -> {
                    if (path.isEmpty()) {
                        list(exchange, query);
                    } else {
                        get(exchange, values.get(path));
                    }
                }
                case "PUT" -> put(exchange, path, query, body);
                case "POST" -> post(exchange, path, query, new String(body, StandardCharsets.UTF_8));
                default -> {
                    if (query.containsKey("uploadId")) {
                        uploads.remove(query.get("uploadId"));
                    } else {
                        values.remove(path);
                    }
                    exchange.sendResponseHeaders(204, -1);
                }
            }
        }
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String item : raw == null ? new String[0] : raw.split("&")) {
            int equals = item.indexOf('=');
            String value = equals < 0 ? "" : item.substring(equals + 1);
            query.put(equals < 0 ? item : item.substring(0, equals), URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return query;
    }

    private static void xml(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = (HEAD + text).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, isHead ? -1 : bytes.length);
        if (!isHead) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String tag(byte[] value) {
        return "\"" + Integer.toHexString(Arrays.hashCode(value)) + "\"";
    }

    private static void get(HttpExchange exchange, byte @Nullable [] value) throws IOException {
        if (value == null) {
            xml(exchange, 404, "<Error><Code>NoSuchKey</Code><Message>absent</Message></Error>");
            return;
        }
        String match = exchange.getRequestHeaders().getFirst("If-Match");
        if (match != null && !match.equals(tag(value))) {
            xml(exchange, 412, "<Error><Code>PreconditionFailed</Code></Error>");
            return;
        }
        exchange.getResponseHeaders().set("ETag", tag(value));
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = 0;
        int to = value.length;
        if (range != null) {
            String[] ends = range.substring("bytes=".length()).split("-", 2);
            long first =
                    ends[0].isEmpty() ? Math.max(0, value.length - Long.parseLong(ends[1])) : Long.parseLong(ends[0]);
            long last = ends[0].isEmpty() ? value.length - 1 : Math.min(Long.parseLong(ends[1]), value.length - 1);
            if (first > last) {
                xml(exchange, 416, "<Error><Code>InvalidRange</Code></Error>");
                return;
            }
            from = (int) first;
            to = (int) last + 1;
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + last + "/" + value.length);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(value.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, to == from ? -1 : to - from);
        exchange.getResponseBody().write(value, from, to - from);
    }

    private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
        String prefix = query.getOrDefault("prefix", "");
        String after = query.getOrDefault("continuation-token", "");
        TreeSet<String> found = new TreeSet<>();
        for (String key : values.keySet()) {
            int slash = query.containsKey("delimiter") ? key.indexOf('/', prefix.length()) : -1;
            if (key.startsWith(prefix)) {
                found.add(slash < 0 ? key : key.substring(0, slash + 1));
            }
        }
        List<String> page = found.tailSet(after, false).stream().limit(PAGE).toList();
        boolean isTruncated = found.tailSet(after, false).size() > PAGE;
        StringBuilder text = new StringBuilder("<ListBucketResult><IsTruncated>" + isTruncated + "</IsTruncated>");
        if (isTruncated) {
            text.append("<NextContinuationToken>" + page.get(PAGE - 1) + "</NextContinuationToken>");
        }
        for (String key : page) {
            byte[] value = values.get(key);
            text.append(
                    value == null || (key.endsWith("/") && !key.equals(prefix))
                            ? "<CommonPrefixes><Prefix>" + key + "</Prefix></CommonPrefixes>"
                            : "<Contents><Key>" + key + "</Key><Size>" + value.length + "</Size></Contents>");
        }
        xml(exchange, 200, text + "</ListBucketResult>");
    }

    private void put(HttpExchange exchange, String key, Map<String, String> query, byte[] body) throws IOException {
        String upload = query.get("uploadId");
        if (upload == null) {
            values.put(key, body);
        } else {
            uploads.getOrDefault(upload, new ConcurrentHashMap<>())
                    .put(Integer.parseInt(query.getOrDefault("partNumber", "0")), body);
        }
        exchange.getResponseHeaders().set("ETag", tag(body));
        exchange.sendResponseHeaders(200, -1);
    }

    private void post(HttpExchange exchange, String key, Map<String, String> query, String body) throws IOException {
        if (query.containsKey("delete")) {
            Matcher keys = Pattern.compile("<Key>(.*?)</Key>").matcher(body);
            while (keys.find()) {
                values.remove(keys.group(1));
            }
            xml(exchange, 200, "<DeleteResult></DeleteResult>");
        } else if (query.containsKey("uploads")) {
            String upload = "upload" + log.size();
            uploads.put(upload, new ConcurrentSkipListMap<>());
            xml(
                    exchange,
                    200,
                    "<InitiateMultipartUploadResult><UploadId>" + upload
                            + "</UploadId></InitiateMultipartUploadResult>");
        } else {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            List<byte[]> parts = new ArrayList<>(uploads.getOrDefault(query.getOrDefault("uploadId", ""), Map.of())
                    .values());
            parts.forEach(whole::writeBytes);
            uploads.remove(query.getOrDefault("uploadId", ""));
            values.put(key, whole.toByteArray());
            xml(exchange, 200, "<CompleteMultipartUploadResult><Key>" + key + "</Key></CompleteMultipartUploadResult>");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
