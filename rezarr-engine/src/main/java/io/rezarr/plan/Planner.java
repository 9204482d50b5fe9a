package io.rezarr.plan;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ItemForm;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Shape;
import io.rezarr.plan.Plan.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes plans. */
public final class Planner {
    private Planner() {}

    /**
     * The cheapest plan.
     *
     * @throws io.rezarr.error.InfeasiblePlanException if no plan fits {@code maxBytes} (names the least that would do), a unit is larger than
     *     2 GiB decoded (names the remedy), or the strategy that is forced is not possible (says why)
     * @throws io.rezarr.error.UnsupportedFeatureException if the chunks must be decoded or encoded, and a codec or the type is not known
     */
    public static Plan plan(PlanRequest request) {
        return choose(request).withSlack();
    }

    private static Plan choose(PlanRequest request) {
        requireNotPickled(request);
        Possibility values = values(request);
        Possibility moved = values;
        @Nullable Sides sides = null;
        try {
            sides = ItemBounds.concern(request.source())
                    ? ItemBounds.sides(request, Streaming::bytesTaken)
                    : Sides.of(request, ItemMemory.NONE);
            moved = units(request, sides);
        } catch (UnsupportedFeatureException | ArithmeticException e) {
            if (!values.isPossible() || !allows(request, Strategy.PASS_THROUGH)) {
                throw e instanceof UnsupportedFeatureException unsupported ? unsupported : tooLarge(request, e);
            }
        }
        if (allows(request, Strategy.PASS_THROUGH)) {
            if (sides != null && moved.isPossible()) {
                return new Streaming(request, sides).plan(Strategy.PASS_THROUGH, Method.UNITS, moved.reason);
            } else if (values.isPossible()) {
                return ValueCopy.plan(request, values.reason);
            } else if (isForcedTo(request, Strategy.PASS_THROUGH)) {
                throw new InfeasiblePlanException("Chunks cannot be moved undecoded: " + moved.reason);
            }
        }
        if (sides == null) {
            throw new IllegalStateException("sides that are not known can only be moved");
        }
        return decoded(request, sides, moved.reason);
    }

    /**
     * The least memory with which there is a plan.
     *
     * @throws InfeasiblePlanException if there is none with any
     */
    public static long leastBytes(PlanRequest request) {
        try {
            return plan(request.withMaxBytes(1)).peakBytes();
        } catch (InfeasiblePlanException e) {
            if (e.leastBytes() < 0) {
                throw e;
            }
            return e.leastBytes();
        }
    }

    /** Pickled objects are programs: whoever reads them runs them. */
    private static void requireNotPickled(PlanRequest request) {
        if (request.source().dataType().name().equals("object[pickle]")) {
            throw new RefusedException(
                    "The elements are Python objects that the filter 'pickle' stores as programs; rezarr neither reads nor passes them"
                            + " on. Supported are 'vlen-utf8', 'vlen-bytes' and 'vlen-array'. Write the array again with one of these, or leave it out with --skip.");
        }
    }

    private static Plan decoded(PlanRequest request, Sides sides, String whyNotMoved) {
        requireCoding(request, sides);
        Possibility recode = recode(sides);
        if (allows(request, Strategy.RECODE)) {
            if (recode.isPossible) {
                boolean rewrap =
                        !request.codecWasGiven() && CodecMatch.isZlibToGzip(request.source(), request.destination());
                String reason = rewrap
                        ? "the same grid; zlib streams are wrapped as gzip"
                        : "the same grid; not moved undecoded, since " + whyNotMoved;
                return new Streaming(request, sides)
                        .plan(Strategy.RECODE, rewrap ? Method.REWRAP : Method.CODED, reason);
            } else if (isForcedTo(request, Strategy.RECODE)) {
                throw new InfeasiblePlanException("Chunks cannot be recoded one by one: " + recode.reason);
            }
        }
        String reason = recode.isPossible ? "it was asked for" : recode.reason;
        if (!ItemBounds.concern(request.source())) {
            return cheapest(request, sides, reason);
        }
        if (!allows(request, Strategy.DIRECT)) {
            throw new InfeasiblePlanException(
                    "Items of variable size are assembled in memory; they do not go through scratch files.");
        }
        return new ItemAssembling(request).plan(reason);
    }

    /** Assembled in memory, or through scratch files: whichever costs less. */
    private static Plan cheapest(PlanRequest request, Sides sides, String reason) {
        Side to = sides.destination();
        Assembling assembling = new Assembling(request, sides);
        Shuffling shuffling = new Shuffling(request, sides);
        boolean mayShuffle = mayShuffle(request, to);
        // Without elements there is nothing to shuffle.
        boolean mayAssemble = allows(request, Strategy.DIRECT) || to.unitCount() == 0;
        Plan direct = mayAssemble ? assembling.plan(reason) : null;
        Plan shuffled = mayShuffle ? shuffling.plan(reason) : null;
        if (direct != null && shuffled != null) {
            return better(direct, shuffled);
        }
        Plan only = direct != null ? direct : shuffled;
        if (only != null) {
            return only;
        }
        long least = Math.min(
                mayAssemble ? assembling.leastBytes() : Long.MAX_VALUE,
                mayShuffle ? shuffling.leastBytes() : Long.MAX_VALUE);
        throw tooLittleMemory(
                request,
                least,
                "assembling chunks of shape " + to.units().unitShape() + " from chunks of shape "
                        + sides.source().units().unitShape());
    }

    private static boolean mayShuffle(PlanRequest request, Side destination) {
        return allows(request, Strategy.SHUFFLE)
                && request.scratch() == PlanRequest.Scratch.FILES
                && destination.unitCount() > 0;
    }

    private static Plan better(Plan direct, Plan shuffled) {
        boolean isDirect = direct.cost().seconds() <= shuffled.cost().seconds();
        Plan best = isDirect ? direct : shuffled;
        Plan other = isDirect ? shuffled : direct;
        String why = isDirect
                ? "; what is decoded again costs less than scratch files would"
                : "; scratch files cost less than what would be decoded again";
        boolean isOnce = direct.predicted().decodes() == shuffled.predicted().decodes();
        return best.with(best.reason() + (isOnce ? "" : why), List.of(other.asAlternative()));
    }

    private static boolean isForcedTo(PlanRequest request, Strategy strategy) {
        return request.strategy() == strategy;
    }

    private static boolean allows(PlanRequest request, Strategy strategy) {
        return request.strategy() == null || isForcedTo(request, strategy);
    }

    /** Whether something can be done, and why or why not. */
    private record Possibility(boolean isPossible, String reason) {
        static Possibility no(String reason) {
            return new Possibility(false, reason);
        }

        static Possibility yes(String reason) {
            return new Possibility(true, reason);
        }
    }

    /** Whether stored values can be copied whole, known or not: chunks and codecs are the same to the letter. */
    private static Possibility values(PlanRequest request) {
        ArrayMetadata source = request.source();
        ArrayMetadata destination = request.destination();
        Possibility elements = sameElements(request);
        if (!elements.isPossible) {
            return elements;
        }
        if (!source.chunkShape().equals(destination.chunkShape())) {
            return Possibility.no("chunks " + source.chunkShape() + " become " + destination.chunkShape());
        }
        boolean same = source.codecs().equals(destination.codecs())
                && source.bigEndianRuns().equals(destination.bigEndianRuns());
        return same ? Possibility.yes("chunks and codecs are the same") : Possibility.no("the codecs differ");
    }

    private static Possibility units(PlanRequest request, Sides sides) {
        Side from = sides.source();
        Side to = sides.destination();
        Possibility elements = sameElements(request);
        if (!elements.isPossible) {
            return elements;
        }
        if (!from.units().equals(to.units())) {
            return Possibility.no("chunks " + from.units().unitShape() + " become "
                    + to.units().unitShape());
        }
        if (isUnreadableShard(sides.sourceChain()) || isUnreadableShard(sides.destinationChain())) {
            return Possibility.no("shards are encoded as a whole");
        }
        if (from.maxEncodedBytes() > Side.MAX_UNIT_BYTES) {
            return Possibility.no("a chunk has up to " + from.maxEncodedBytes() + " bytes");
        }
        if (!sides.haveSameLayout()) {
            return Possibility.no("the order of axes or bytes differs");
        }
        if (!CodecMatch.unitsMatch(request.source(), request.destination())) {
            return Possibility.no("the codecs differ");
        }
        return Possibility.yes("chunks and codecs are the same");
    }

    /** What must hold whatever is moved. An all-fill chunk that the source has is moved like any other. */
    private static Possibility sameElements(PlanRequest request) {
        if (!request.source().shape().equals(request.destination().shape())) {
            throw new IllegalArgumentException(
                    "source has shape " + request.source().shape() + ", destination "
                            + request.destination().shape() + "; they must be equal");
        }
        if (!request.source().dataType().equals(request.destination().dataType())) {
            throw new IllegalArgumentException(
                    "source has data type " + request.source().dataType().name() + ", destination "
                            + request.destination().dataType().name() + "; they must be equal");
        }
        if (request.codecWasGiven()) {
            return Possibility.no("a codec that is asked for encodes every chunk");
        }
        if (request.emptyChunks() == EmptyChunks.WRITE) {
            return Possibility.no("absent chunks shall be written");
        }
        if (!FillRule.absentReadsTheSame(request.source(), request.destination())) {
            return Possibility.no("absent chunks read as another fill value");
        }
        return Possibility.yes("");
    }

    private static boolean isUnreadableShard(CodecChain chain) {
        return chain.sharding() != null && !chain.hasReadableInnerChunks();
    }

    private static Possibility recode(Sides sides) {
        Side from = sides.source();
        Side to = sides.destination();
        if (!from.units().equals(to.units())) {
            return Possibility.no("chunks " + from.units().unitShape() + " become "
                    + to.units().unitShape());
        }
        return sides.haveSameLayout()
                ? Possibility.yes("the same grid")
                : Possibility.no("the order of axes or bytes differs");
    }

    private static void requireCoding(PlanRequest request, Sides sides) {
        requireFits(sides.source(), request.source(), "source");
        requireFits(sides.destination(), request.destination(), "destination");
    }

    private static void requireFits(Side side, ArrayMetadata metadata, String name) {
        boolean ofItems = side.maxItemBytes() > 0;
        if (side.unitBytes() <= Side.MAX_UNIT_BYTES && (ofItems || side.maxEncodedBytes() <= Side.MAX_UNIT_BYTES)) {
            return;
        }
        Shape unit = side.units().unitShape();
        String remedy = name.equals("destination")
                ? "Choose smaller chunks, and shards (-s) of that shape if it is the file size that matters: shards have no such limit."
                : "It has to be written again with smaller chunks, or with shards of smaller chunks, by the program that made it.";
        throw new InfeasiblePlanException(
                "A chunk of the %s of shape %s and type %s has %d %s; chunks of at most %d %s can be. %s"
                        .formatted(
                                name,
                                unit,
                                metadata.dataType().name(),
                                ofItems ? unit.elements() : side.unitBytes(),
                                ofItems ? "items" : "bytes decoded",
                                ofItems ? Side.MAX_UNIT_BYTES / ItemForm.SLOT_BYTES : Side.MAX_UNIT_BYTES,
                                ofItems ? "items" : "bytes",
                                remedy));
    }

    private static InfeasiblePlanException tooLarge(PlanRequest request, RuntimeException cause) {
        return new InfeasiblePlanException(
                "A chunk has more than 2^63 bytes: source chunks "
                        + request.source().chunkShape()
                        + ", destination chunks " + request.destination().chunkShape() + ", elements of "
                        + request.source().dataType().elementBytes()
                        + " bytes. Choose smaller chunks, or shards (-s) of smaller chunks.",
                cause);
    }

    /** That no plan fits the memory. */
    static InfeasiblePlanException tooLittleMemory(PlanRequest request, long leastBytes, String forWhat) {
        return new InfeasiblePlanException(
                "%d bytes of memory do not suffice: %s takes at least %d bytes. Give at least that much (-m %d), or choose smaller chunks."
                        .formatted(request.maxBytes(), forWhat, leastBytes, leastBytes),
                leastBytes);
    }
}
