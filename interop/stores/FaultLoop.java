import io.rezarr.error.RezarrException;
import io.rezarr.error.VerificationException;
import io.rezarr.rechunk.Rechunk;
import io.rezarr.rechunk.RechunkListener;
import io.rezarr.rechunk.RechunkRequest;
import io.rezarr.rechunk.StoreDigest;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.verify.ContentDigest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/**
 * Rechunks one array again and again through a server that breaks the n-th request, for every n up to a limit and every kind of fault, in one
 * process. Each time the result is right, or there is an error that says what, and nothing at the destination.
 *
 * <p>Arguments: source and destination (which gets a number behind it) through the faulty server, the same destination past it, the faulty server's
 * URL, the limit, {@code each} or {@code rotating}: every kind at every request, or one kind at each, in turn. Prints a line for each kind: requests broken, right results, errors.
 */
final class FaultLoop {
    private static final List<String> KINDS = List.of("503", "404", "403", "reset", "short");

    public static void main(String... arguments) throws Exception {
        String source = arguments[0];
        String reference = arguments[2];
        int limit = Integer.parseInt(arguments[5]);
        boolean isEach = arguments[6].equals("each");
        ContentDigest expected = digest(reference);
        for (int k = 0; k < KINDS.size(); k++) {
            String kind = KINDS.get(k);
            int right = 0;
            int errors = 0;
            int hit = 0;
            for (int n = isEach ? 1 : k + 1; n <= limit; n += isEach ? 1 : KINDS.size()) {
                String destination = numbered(arguments[1], kind + n);
                String behind = numbered(arguments[3], kind + n);
                arm(arguments[4], n, kind);
                try {
                    RechunkRequest request = RechunkRequest.of(source, destination).withChunks("-1,15").withThreads(1);
                    try (Rechunk rechunk = Rechunk.prepare(request)) {
                        rechunk.run(RechunkListener.NONE);
                    }
                    right++;
                    int requests = arm(arguments[4], 0, "none");
                    if (!digest(behind).equals(expected)) {
                        throw new AssertionError(kind + " at " + n + " gave another result");
                    }
                    if (requests < n) {
                        right--;
                        break;
                    }
                } catch (VerificationException e) {
                    throw e;
                } catch (RezarrException e) {
                    errors++;
                    arm(arguments[4], 0, "none");
                    if (!e.getMessage().contains("cannot ") || !e.getMessage().contains(kind)) {
                        throw new AssertionError(kind + " at " + n + " is not said", e);
                    }
                    requireNoNode(behind, kind + " at " + n);
                }
                hit++;
            }
            System.out.println(kind + " " + hit + " " + right + " " + errors);
        }
    }

    private static String numbered(String location, String number) {
        return location.replace("NUMBER", number);
    }

    private static int arm(String server, int n, String kind) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + "/__arm__/" + n + "/" + kind)).build();
        return Integer.parseInt(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    }

    private static ContentDigest digest(String location) {
        return StoreDigest.of(StoreLocation.parse("a store", location), 1 << 24, 1, RechunkListener.NONE).whole();
    }

    /** What an error leaves, if it could not be cleared away, is no node. */
    private static void requireNoNode(String location, String what) {
        List<String> names = new ArrayList<>();
        try (Store store = StoreLocation.parse("the destination", location).open()) {
            store.listNames(StorePrefix.ROOT, names::add);
        }
        if (names.contains("zarr.json") && !names.contains(".rezarr")) {
            throw new AssertionError(what + " left " + names);
        }
    }
}
