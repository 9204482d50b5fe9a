package io.rezarr.vectors.layout.v09;

import io.rezarr.array.ChunkWriter;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.shuffle.Spool;
import io.rezarr.vectors.model.ChunkKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * The shards that are being written, by the unit that they are part of. Inner chunks are put aside in a spool and gathered when the unit ends: a
 * level may have hundreds of arrays (links have one for each combination of offsets), more than a process can have files open.
 */
final class OpenShards {
    private final IntUnaryOperator unitOf;
    private final Supplier<Spool> spool;
    private final Map<Integer, Map<ShardName, List<Piece>>> units = new ConcurrentHashMap<>();

    private record ShardName(ChunkArrayWriter array, ChunkKey shard) {}

    /** An inner chunk in the spool. */
    private record Piece(int position, long at, int bytes) {}

    OpenShards(IntUnaryOperator unitOf, Supplier<Spool> spool) {
        this.unitOf = unitOf;
        this.spool = spool;
    }

    void append(
            ChunkArrayWriter array,
            int chunk,
            long[] element,
            Shape perShard,
            ByteBuffer encoded,
            Workspace workspace) {
        long[] shard = new long[element.length];
        long position = 0;
        for (int axis = 0; axis < shard.length; axis++) {
            shard[axis] = element[axis] / perShard.extent(axis);
            position = position * perShard.extent(axis) + element[axis] % perShard.extent(axis);
        }
        long at = spool.get().append(encoded, workspace);
        // One thread has the unit, so that its map needs no lock.
        units.computeIfAbsent(unitOf.applyAsInt(chunk), unit -> new LinkedHashMap<>())
                .computeIfAbsent(new ShardName(array, ChunkKey.of(shard)), name -> new ArrayList<>())
                .add(new Piece(Math.toIntExact(position), at, encoded.remaining()));
    }

    void end(int unit, Workspace workspace) {
        Map<ShardName, List<Piece>> shards = units.remove(unit);
        if (shards != null) {
            shards.forEach((name, pieces) -> write(name, pieces, workspace));
        }
    }

    private void write(ShardName name, List<Piece> pieces, Workspace workspace) {
        try (ChunkWriter.ShardWriter shard = name.array.writer().openShard(name.shard.toArray())) {
            for (Piece piece : pieces) {
                int mark = workspace.mark();
                shard.append(piece.position, spool.get().read(piece.at, piece.bytes, workspace));
                workspace.releaseTo(mark);
            }
            shard.commit(workspace);
        }
    }

    /** Units that were not ended; none in a run that went well. */
    int open() {
        return units.size();
    }
}
