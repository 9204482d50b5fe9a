package io.rezarr.vectors.rechunk;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.vectors.model.LinkFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the ends of links are now. Each is looked up among the new places of the rows of some chunks, as many as fit in memory; links with ends elsewhere
 * wait for those. Links with all ends are filed.
 */
final class EndLookup {
    private final RunContext context;
    private final LinkEnds ends;
    private final LinkFormat format;
    private final LinkReader links;
    private final int recordBytes;

    EndLookup(RunContext context, LinkEnds ends, LinkFormat format, LinkReader links, int recordBytes) {
        this.context = context;
        this.ends = ends;
        this.format = format;
        this.links = links;
        this.recordBytes = recordBytes;
    }

    /** Files all links. */
    void run(LinkFiling filing) {
        int[] borders = ends.borders(context);
        if (borders.length == 2) {
            try (LinkEnds.Addresses addresses = ends.load(context, borders[0], borders[1])) {
                links.forEach((record, worker) -> resolve(record, addresses, worker, null, filing));
            }
            return;
        }
        List<Exchange> waiting = new ArrayList<>();
        try {
            for (int end = 0; end < format.width(); end++) {
                Exchange before = end == 0 ? null : waiting.get(end - 1);
                Exchange next = new Exchange(
                        context,
                        ends.chunks(),
                        ends.here().source().allRows() * recordBytes,
                        recordBytes,
                        16,
                        () -> fillWaiting(waiting, before, borders));
                waiting.add(next);
                if (before == null) {
                    links.forEach((record, worker) -> putWaiting(record, next.out(worker)));
                } else {
                    lookUp(before, next, borders, filing);
                }
                next.seal();
            }
            lookUp(waiting.get(waiting.size() - 1), null, borders, filing);
        } finally {
            waiting.forEach(Exchange::close);
        }
    }

    private void fillWaiting(List<Exchange> waiting, @Nullable Exchange before, int[] borders) {
        if (before == null) {
            links.forEach((record, worker) -> putWaiting(record, waiting.get(0).out(worker)));
        } else {
            lookUp(before, waiting.get(waiting.indexOf(before) + 1), borders, null);
        }
    }

    /**
     * Looks up what waits for the chunks of each range in turn.
     *
     * @param filing of links that have all ends then; {@code null}: they were filed before
     */
    private void lookUp(Exchange waiting, @Nullable Exchange next, int[] borders, @Nullable LinkFiling filing) {
        for (int i = 0; i + 1 < borders.length; i++) {
            try (LinkEnds.Addresses addresses = ends.load(context, borders[i], borders[i + 1])) {
                waiting.forEachWithin(
                        borders[i], borders[i + 1], bucket -> bucket, bytes -> 64 << 10, (range, worker) -> {
                            byte[] record = new byte[recordBytes];
                            for (int piece = range.from(); piece < range.to(); piece++) {
                                System.arraycopy(
                                        range.pieces().array(piece),
                                        range.pieces().offset(piece),
                                        record,
                                        0,
                                        recordBytes);
                                resolve(record, addresses, worker, next, filing);
                            }
                        });
            }
        }
    }

    /** Looks up the ends that can be; then files the link, or lets it wait in {@code next} for the chunk of an end that is left. */
    private void resolve(
            byte[] record,
            LinkEnds.Addresses addresses,
            Worker worker,
            @Nullable Exchange next,
            @Nullable LinkFiling filing) {
        long known = LinkRecord.known(record);
        for (int end = 0; end < format.width(); end++) {
            long place = LinkRecord.end(record, 0, end);
            int number = ends.number(end, (int) (place >> 32));
            if ((known >> end & 1) == 0 && addresses.has(number)) {
                long now = addresses.of(number, (int) place);
                if (now == AddressTable.NONE) {
                    throw new UnsupportedFeatureException(
                            "'" + ends.here().number() + "/links/" + LinkFormat.nameOf(format.delta())
                                    + "' has a link to a vertex that is in no fragment: keep such vertices.");
                }
                LinkRecord.putEnd(record, end, now);
                known |= 1L << end;
            }
        }
        LinkRecord.putKnown(record, known);
        boolean all = Long.bitCount(known) == format.width();
        if (!all) {
            putWaiting(
                    record,
                    Objects.requireNonNull(next, "no end is left behind").out(worker));
        } else if (filing != null) {
            filing.file(record, worker);
        }
    }

    private void putWaiting(byte[] record, ExchangeOut out) {
        int end = Long.numberOfTrailingZeros(~LinkRecord.known(record));
        int chunk = (int) (LinkRecord.end(record, 0, end) >> 32);
        LinkRecord.put(record, ends.number(end, chunk), out);
    }
}
