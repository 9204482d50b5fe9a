package io.rezarr.vectors.rechunk;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.write.ObjectIndexWriter;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The objects of a level: which new fragments make up each of them. Fragments with one owner go to it as they are assembled; those with several, whose
 * owners are known by the chunk and row of the source that their first vertex comes from, ask there first.
 */
final class ObjectStep implements AutoCloseable {
    /** long order in the object, int chunk, int fragment, int first row, int rows. */
    static final int FRAGMENT_BYTES = 24;

    /** int row in the source, int chunk, int fragment, int first row, int rows. */
    private static final int QUESTION_BYTES = 20;

    private final RunContext context;
    private final LevelRun level;
    private final ObjectIndex index;
    private final boolean isPath;
    private final Consumer<AssemblyOutputs> assembler;
    private final Exchange fragments;
    private final Exchange questions;
    private final AtomicLong asked = new AtomicLong();
    private boolean putsFragments = true;
    private boolean putsQuestions = true;

    /** Is told of steps of paths from chunk to chunk, in the order of the objects, on one thread. */
    interface StepConsumer {
        void step(int fromChunk, int fromRow, int toChunk, int toRow);
    }

    /** @param assembler assembles all chunks again */
    ObjectStep(
            RunContext context,
            StoreMetadata store,
            LevelRun level,
            ObjectIndex index,
            long rows,
            Consumer<AssemblyOutputs> assembler) {
        this.context = context;
        this.level = level;
        this.index = index;
        this.isPath = store.hasPaths();
        this.assembler = assembler;
        this.fragments = new Exchange(context, index.objects(), rows * FRAGMENT_BYTES / 4, 0, 8, this::fillFragments);
        this.questions = new Exchange(
                context, level.source().chunks().size(), rows * QUESTION_BYTES / 4, 0, 16, this::fillQuestions);
    }

    long objects() {
        return index.objects();
    }

    /** Tells whose the fragments of an assembled chunk are. */
    void put(NewFragments its, int chunk, Worker worker) {
        for (int f = 0; f < its.size(); f++) {
            long owner = its.owner(f);
            boolean asks = owner == VertexPiece.ASK || (owner >= 0 && !its.isSimple(f));
            if (asks) {
                asked.incrementAndGet();
                if (putsQuestions) {
                    putQuestion(its, chunk, f, questions.out(worker));
                }
            } else if (owner >= 0 && putsFragments) {
                long order = isPath ? its.place(f) : ((long) chunk << 32) | f;
                putFragment(fragments.out(worker), owner, order, chunk, f, its.start(f), its.end(f) - its.start(f));
            }
        }
    }

    private static void putQuestion(NewFragments its, int chunk, int f, ExchangeOut out) {
        int source = its.sourceChunk(f);
        if (out.begin(source, Long.MIN_VALUE | (((long) chunk << 32) | f), QUESTION_BYTES)) {
            byte[] array = out.array();
            int at = out.offset();
            Bytes.putInt(array, at, its.sourceRow(f));
            Bytes.putInt(array, at + 4, chunk);
            Bytes.putInt(array, at + 8, f);
            Bytes.putInt(array, at + 12, its.start(f));
            Bytes.putInt(array, at + 16, its.end(f) - its.start(f));
            out.end();
        }
    }

    private static void putFragment(
            ExchangeOut out, long object, long order, int chunk, int fragment, int firstRow, int rows) {
        if (out.begin(object, order, FRAGMENT_BYTES)) {
            byte[] array = out.array();
            int at = out.offset();
            Bytes.putLong(array, at, order);
            Bytes.putInt(array, at + 8, chunk);
            Bytes.putInt(array, at + 12, fragment);
            Bytes.putInt(array, at + 16, firstRow);
            Bytes.putInt(array, at + 20, rows);
            out.end();
        }
    }

    /** All chunks were assembled once. */
    void sealed() {
        if (asked.get() > 0) {
            putManifests();
        }
        questions.seal();
        answer();
        fragments.seal();
    }

    private void putManifests() {
        context.workers()
                .forEach(
                        index.batches(),
                        i -> 0,
                        (i, worker) ->
                                FragmentReferences.putObjects(index, i, questions.out(worker), worker.workspace()));
    }

    private void fillQuestions() {
        putsFragments = false;
        assembler.accept(new AssemblyOutputs(null, null, this, level.tally()));
        putsFragments = true;
        putManifests();
    }

    private void fillFragments() {
        putsQuestions = false;
        assembler.accept(new AssemblyOutputs(null, null, this, level.tally()));
        putsQuestions = true;
        answer();
    }

    /** Expands fragments with several owners. */
    private void answer() {
        if (asked.get() == 0) {
            return;
        }
        LevelSource source = level.source();
        questions.forEach(bucket -> bucket, bytes -> 4 * bytes + (64 << 10), (range, worker) -> {
            int piece = range.from();
            while (piece < range.to()) {
                int end = range.endOfBucket(piece);
                answerChunk(source, range, piece, end, worker);
                piece = end;
            }
        });
    }

    private void answerChunk(LevelSource source, PieceRange range, int from, int to, Worker worker) {
        Pieces pieces = range.pieces();
        int chunk = (int) pieces.bucket(from);
        if (pieces.id(from) >= 0) {
            return;
        }
        Workspace workspace = worker.workspace();
        FragmentIndex of = source.fragments(chunk, workspace);
        String place = source.path() + " chunk " + source.chunks().key(chunk);
        Owners owners = Owners.of(range, chunk, of.size(), place);
        int[] fragmentOf = new int[source.rows(chunk)];
        int[] placeOf = new int[fragmentOf.length];
        byte[] times = new byte[fragmentOf.length];
        for (int f = 0; f < of.size(); f++) {
            for (int i = 0; i < of.rows(f); i++) {
                int row = (int) of.row(f, i);
                fragmentOf[row] = f;
                placeOf[row] = i;
                times[row] = (byte) Math.min(2, times[row] + 1);
            }
        }
        ExchangeOut out = fragments.out(worker);
        for (int piece = from; piece < to && pieces.id(piece) < 0; piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            int row = Bytes.getInt(array, at);
            if (times[row] > 1) {
                Occurrences all = Occurrences.of(of, row, owners);
                for (int i = 0; i < all.size(); i++) {
                    putAnswer(out, all.object(i), all.place(i), all.inFragment(i), array, at);
                }
            } else {
                int f = fragmentOf[row];
                for (int reference = owners.begin(f); reference < owners.end(f); reference++) {
                    putAnswer(out, owners.object(reference), owners.place(reference), placeOf[row], array, at);
                }
            }
        }
    }

    private void putAnswer(ExchangeOut out, long object, int place, int inFragment, byte[] question, int at) {
        int chunk = Bytes.getInt(question, at + 4);
        int fragment = Bytes.getInt(question, at + 8);
        long order = isPath ? (long) place << 32 | inFragment : ((long) chunk << 32) | fragment;
        putFragment(
                out, object, order, chunk, fragment, Bytes.getInt(question, at + 12), Bytes.getInt(question, at + 16));
    }

    /** Writes all objects. */
    void run() {
        ObjectIndexWriter writer = level.target().writer().objects(index.objects());
        ObjectsInOrder.write(fragments, index, writer, ObjectStep::putManifest, () -> {});
    }

    private static void putManifest(Pieces pieces, int from, int to, ObjectIndexWriter writer) {
        for (int piece = from; piece < to; piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            writer.fragment(Bytes.getInt(array, at + 8), Bytes.getInt(array, at + 12));
        }
    }

    /** Goes through all steps from chunk to chunk. */
    void forEachStep(StepConsumer consumer) {
        fragments.forEachInOrder(bytes -> 64 << 10, (range, worker) -> {
            Pieces pieces = range.pieces();
            for (int piece = range.from() + 1; piece < range.to(); piece++) {
                int at = pieces.offset(piece);
                int before = pieces.offset(piece - 1);
                int from = Bytes.getInt(pieces.array(piece - 1), before + 8);
                int to = Bytes.getInt(pieces.array(piece), at + 8);
                if (pieces.bucket(piece) == pieces.bucket(piece - 1) && from != to) {
                    int firstRow = Bytes.getInt(pieces.array(piece - 1), before + 16);
                    int rows = Bytes.getInt(pieces.array(piece - 1), before + 20);
                    consumer.step(from, firstRow + rows - 1, to, Bytes.getInt(pieces.array(piece), at + 16));
                }
            }
        });
    }

    @Override
    public void close() {
        fragments.close();
        questions.close();
    }
}
