package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.Pieces;

/**
 * Brings the places of metavertices to the chunks that their vertices are in, by way of the homes: these note who asks, are told where their metavertices
 * are, and answer.
 *
 * <p>A question: int the chunk that asks, then for each of its groups int group, int metavertex. What is told and what is answered: {@link PlaceRecord}s of
 * metavertices, and of groups. Ids of questions and of answers are negative, so that these come before whatever else is sent to the same bucket.
 */
final class PlaceReturn {
    /** Of a question, for each group. */
    static final int QUESTION_BYTES = 8;

    private static final int ASKING_CHUNK_BYTES = 4;

    private PlaceReturn() {}

    /** Notes a question for each piece of {@link Partials} from {@code from} up to {@code to}, which a home has made metavertices of. */
    static void ask(HomeBins home, Pieces partials, int from, int to, ExchangeOut out) {
        int record = 0;
        for (int piece = from; piece < to; piece++) {
            byte[] array = partials.array(piece);
            int begin = partials.offset(piece);
            int end = begin + partials.length(piece);
            int count = Partials.count(array, begin, end);
            int length = ASKING_CHUNK_BYTES + count * QUESTION_BYTES;
            if (out.begin(partials.bucket(piece), Long.MIN_VALUE | piece - from, length)) {
                Bytes.putInt(out.array(), out.offset(), Partials.chunkOfPiece(partials.id(piece)));
                int put = out.offset() + ASKING_CHUNK_BYTES;
                int inPiece = record;
                for (int at = begin; at < end; at = Partials.next(array, at)) {
                    Bytes.putInt(out.array(), put, Bytes.getInt(array, at + Partials.GROUP));
                    Bytes.putInt(out.array(), put + 4, home.indexOf(inPiece++));
                    put += QUESTION_BYTES;
                }
                out.end();
            }
            record += count;
        }
    }

    /** Tells homes where their metavertices are: in the order of their pieces, which make up a chunk. */
    static void tell(PieceRange range, MetavertexRecord record, int chunk, ExchangeOut out) {
        Pieces metavertices = range.pieces();
        int row = 0;
        for (int piece = range.from(); piece < range.to(); piece++) {
            int count = metavertices.length(piece) / record.bytes();
            long home = MetavertexRecord.homeOfPiece(metavertices.id(piece));
            if (out.begin(home, range.firstBucket() << 31 | piece - range.from(), count * PlaceRecord.BYTES)) {
                for (int i = 0; i < count; i++) {
                    int number = MetavertexRecord.number(
                            metavertices.array(piece), metavertices.offset(piece) + i * record.bytes());
                    PlaceRecord.put(out.array(), out.offset() + i * PlaceRecord.BYTES, number, chunk, row + i);
                }
                out.end();
            }
            row += count;
        }
    }

    /** Lets homes answer. */
    static void answer(Exchange places, Exchange returned) {
        places.forEach(bucket -> bucket, bytes -> 2 * bytes + (64 << 10), (range, worker) -> {
            int piece = range.from();
            while (piece < range.to()) {
                int end = range.endOfBucket(piece);
                answerHome(range.pieces(), piece, end, returned.out(worker));
                piece = end;
            }
        });
    }

    private static void answerHome(Pieces pieces, int from, int to, ExchangeOut out) {
        int told = from;
        while (told < to && pieces.id(told) < 0) {
            told++;
        }
        Places places = new Places((int) (pieces.bytes(told, to) / PlaceRecord.BYTES));
        for (int piece = told; piece < to; piece++) {
            places.add(pieces, piece);
        }
        long home = pieces.bucket(from);
        for (int piece = from; piece < told; piece++) {
            byte[] array = pieces.array(piece);
            int begin = pieces.offset(piece);
            int count = (pieces.length(piece) - ASKING_CHUNK_BYTES) / QUESTION_BYTES;
            long id = Long.MIN_VALUE | home << 32 | piece - from;
            if (out.begin(Bytes.getInt(array, begin), id, count * PlaceRecord.BYTES)) {
                for (int i = 0; i < count; i++) {
                    int question = begin + ASKING_CHUNK_BYTES + i * QUESTION_BYTES;
                    int group = Bytes.getInt(array, question);
                    int metavertex = Bytes.getInt(array, question + 4);
                    int chunk = metavertex < 0 ? Places.NOWHERE : places.chunk(metavertex);
                    int row = metavertex < 0 ? Places.NOWHERE : places.row(metavertex);
                    PlaceRecord.put(out.array(), out.offset() + i * PlaceRecord.BYTES, group, chunk, row);
                }
                out.end();
            }
        }
    }

    /** The answers among the pieces of a chunk: where the metavertices of its groups are. */
    static Places answers(Pieces pieces, int from, int to, int groups) {
        Places places = new Places(groups);
        for (int piece = from; piece < to && pieces.id(piece) < 0; piece++) {
            places.add(pieces, piece);
        }
        return places;
    }
}
