package io.rezarr.plan;

/**
 * Counted work, predicted by a plan or done by a run. Units are read units of the source and units of the destination
 * (chunks, or inner chunks).
 *
 * @param reads read units asked of the store, each time
 * @param absent of those, the ones that were not there
 * @param decodes read units decoded, in part or whole
 * @param encodes units encoded
 * @param allFill units of the destination left out since they hold the fill value only
 * @param moved units moved undecoded
 * @param writes values written: chunks or shards
 * @param bytesRead encoded
 * @param bytesDecoded decoded bytes out of the codecs
 * @param bytesWritten encoded
 * @param bytesScratch written to scratch files, and read from them once
 * @param requests to the source's store for what is read, indexes of shards included; predicted, an upper bound
 */
public record Work(
        long reads,
        long absent,
        long decodes,
        long encodes,
        long allFill,
        long moved,
        long writes,
        long bytesRead,
        long bytesDecoded,
        long bytesWritten,
        long bytesScratch,
        long requests) {
    public static final Work NONE = new Work(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public Work plus(Work other) {
        return new Work(
                reads + other.reads,
                absent + other.absent,
                decodes + other.decodes,
                encodes + other.encodes,
                allFill + other.allFill,
                moved + other.moved,
                writes + other.writes,
                bytesRead + other.bytesRead,
                bytesDecoded + other.bytesDecoded,
                bytesWritten + other.bytesWritten,
                bytesScratch + other.bytesScratch,
                requests + other.requests);
    }
}
