package io.rezarr.execute;

import io.rezarr.array.ChunkWriter;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One shard that is written by many threads, in the order of positions: each thread's units have a ticket, and are
 * appended when it is their turn. A thread whose turn has not come leaves its units behind for the one before it, as long as there is
 * room for that, or else waits.
 */
final class ShardAppender {
    private final DestinationUnits owner;
    private final long[] shardIndex;
    private final Frontier.Span span;
    private final long units;
    private ChunkWriter.@Nullable ShardWriter writer;
    private final Map<Long, EncodedUnits> waiting = new HashMap<>();
    private final Map<Long, Long> waitingUnits = new HashMap<>();
    private long tickets;
    private long turn;
    private long unitsLeft;

    /** @param span that its units are a part of */
    ShardAppender(DestinationUnits owner, long[] shardIndex, long units, Frontier.Span span) {
        this.owner = owner;
        this.shardIndex = shardIndex.clone();
        this.span = span;
        this.units = units;
        this.unitsLeft = units;
    }

    /** The next ticket; with the lock held. */
    long takeTicket() {
        return tickets++;
    }

    private boolean isTurnOf(long ticket) {
        synchronized (owner.state) {
            return turn == ticket;
        }
    }

    /** Appends a unit now if the ticket's turn has come, or else puts it aside. */
    void add(long ticket, EncodedUnits aside, int position, ByteBuffer encoded) {
        if (isTurnOf(ticket)) {
            append(aside);
            append(position, encoded);
        } else {
            aside.add(position, encoded);
        }
    }

    /** All units of the ticket were added. */
    void finish(long ticket, EncodedUnits aside, long units, Workspace workspace) {
        synchronized (owner.state) {
            if (turn != ticket) {
                if (owner.mayLeaveBehind()) {
                    waiting.put(ticket, aside);
                    waitingUnits.put(ticket, units);
                    return;
                }
                awaitTurn(ticket);
            }
        }
        if (appendInTurn(aside, units)) {
            commit(workspace);
        }
    }

    private void awaitTurn(long ticket) {
        while (turn != ticket) {
            if (owner.state.isStopped()) {
                throw new StoppedException();
            }
            try {
                owner.state.wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoppedException();
            }
        }
    }

    /**
     * Appends these units, then all that were left behind for after them.
     *
     * @return whether these were the last of the shard. Known with the turn only: as soon as it is given on, another
     *     thread may append what is left, and the commit is that one's.
     */
    private boolean appendInTurn(EncodedUnits first, long firstUnits) {
        EncodedUnits units = first;
        long count = firstUnits;
        boolean isComplete = false;
        while (units != null) {
            append(units);
            owner.giveBack(units);
            synchronized (owner.state) {
                turn++;
                unitsLeft -= count;
                isComplete = unitsLeft == 0;
                units = waiting.remove(turn);
                if (units != null) {
                    count = java.util.Objects.requireNonNull(waitingUnits.remove(turn), "units of a ticket");
                    owner.tookUp();
                }
                owner.state.notifyAll();
            }
        }
        return isComplete;
    }

    private void append(EncodedUnits units) {
        for (int i = 0; i < units.count(); i++) {
            append(units.position(i), units.encoded(i));
        }
        units.clear();
    }

    private void append(int position, ByteBuffer encoded) {
        if (writer == null) {
            writer = owner.openShard(shardIndex);
        }
        writer.append(position, encoded);
    }

    private void commit(Workspace workspace) {
        if (writer != null) {
            long bytes = writer.commit(workspace);
            writer.close();
            writer = null;
            owner.shardWritten(bytes);
        }
        owner.forget(shardIndex);
        span.written(units);
    }

    /** Leaves nothing of an incomplete shard behind. */
    void abandon() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
