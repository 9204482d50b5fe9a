package io.rezarr.vectors.rechunk;

import java.util.concurrent.atomic.AtomicLong;

/** Puts all chunks of a level in order, and gives them to those who want them. */
final class AssemblyStep {
    private final RunContext context;
    private final LevelSource source;
    private final LevelTarget target;
    private final LevelRules rules;
    private final AssemblyMemory memory;
    private final Exchange vertices;

    /** @param vertices by the bucket of their chunk */
    AssemblyStep(
            RunContext context,
            LevelSource source,
            LevelTarget target,
            LevelRules rules,
            AssemblyMemory memory,
            Exchange vertices) {
        this.context = context;
        this.source = source;
        this.target = target;
        this.rules = rules;
        this.memory = memory;
        this.vertices = vertices;
    }

    void run(AssemblyOutputs outputs) {
        Assembly[] assemblies = new Assembly[context.workers().threads()];
        AtomicLong done = new AtomicLong();
        vertices.forEach(target::border, memory::bytesOfPieces, (range, worker) -> {
            int w = worker.number();
            if (assemblies[w] == null) {
                assemblies[w] = new Assembly(source, rules, target.grid());
            }
            long[] key = new long[source.chunks().rank()];
            LevelTarget.ChunkTask task = (chunk, pieces) -> {
                for (int axis = 0; axis < key.length; axis++) {
                    key[axis] = target.chunks().coordinate(chunk, axis);
                }
                assemblies[w].order(pieces, key);
                outputs.put(assemblies[w], chunk, worker);
                context.listener()
                        .progress(
                                source.number(),
                                VectorRunListener.Step.ASSEMBLE,
                                done.incrementAndGet(),
                                target.buckets());
            };
            if (outputs.writes() == null) {
                target.forEachChunk(range, task);
            } else {
                target.writeChunks(range, worker, task);
            }
        });
    }
}
