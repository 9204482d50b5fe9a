package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.vectors.write.ChunkValuesWriter;
import io.rezarr.vectors.write.LevelWriter;
import java.util.ArrayList;
import java.util.List;

/** Writes the values of assembled chunks: positions, fragments, attributes of both. */
final class ChunkWrites {
    private final LevelSource source;
    private final ChunkValuesWriter vertices;
    private final ChunkValuesWriter fragments;
    private final List<ChunkValuesWriter> attributes = new ArrayList<>();
    private final List<ChunkValuesWriter> fragmentAttributes = new ArrayList<>();

    /** Opens all families. */
    ChunkWrites(LevelSource source, LevelWriter writer) {
        this.source = source;
        this.vertices = writer.vertices();
        this.fragments = writer.fragments();
        for (int a = 0; a < source.attributes(); a++) {
            attributes.add(writer.vertexAttribute(source.attributeColumns(a)));
        }
        for (int a = 0; a < source.fragmentAttributes(); a++) {
            fragmentAttributes.add(writer.fragmentAttribute(source.fragmentAttributeColumns(a)));
        }
    }

    void write(Assembly assembly, int chunk, Workspace workspace, LevelTally tally) {
        int rowBytes = source.positionBytes();
        writeColumn(vertices, assembly, chunk, 0, rowBytes, workspace);
        int before = rowBytes;
        for (int a = 0; a < attributes.size(); a++) {
            writeColumn(attributes.get(a), assembly, chunk, before, source.attributeBytes(a), workspace);
            before += source.attributeBytes(a);
        }
        writeFragments(assembly.fragments(), chunk, workspace);
        for (int a = 0; a < fragmentAttributes.size(); a++) {
            writeValues(a, assembly.fragments(), chunk, workspace, tally);
        }
        tally.rows.add(assembly.rows());
        tally.liveRows.add(assembly.fragments().liveRows());
    }

    private static int length(long bytes) {
        if (bytes > Integer.MAX_VALUE - 64) {
            throw new InfeasiblePlanException("A value of a chunk would have " + bytes
                    + " bytes, more than a Java array holds. Make chunks smaller.");
        }
        return (int) bytes;
    }

    private static void writeColumn(
            ChunkValuesWriter writer, Assembly assembly, int chunk, int before, int rowBytes, Workspace workspace) {
        int mark = workspace.mark();
        int bytes = length((long) assembly.rows() * rowBytes);
        byte[] value = workspace.borrow(bytes);
        assembly.copyColumn(before, rowBytes, value);
        writer.write(chunk, Bytes.view(value, 0, bytes), workspace);
        workspace.releaseTo(mark);
    }

    private void writeFragments(NewFragments its, int chunk, Workspace workspace) {
        int mark = workspace.mark();
        int bytes = length(FragmentBytes.size(its.size()));
        byte[] value = workspace.borrow(bytes);
        FragmentBytes.put(its, value);
        fragments.write(chunk, Bytes.view(value, 0, bytes), workspace);
        workspace.releaseTo(mark);
    }

    private void writeValues(int attribute, NewFragments its, int chunk, Workspace workspace, LevelTally tally) {
        int rowBytes = source.fragmentAttributeBytes(attribute);
        DataType type = source.fragmentAttributeColumns(attribute).format().type();
        int mark = workspace.mark();
        int bytes = length((long) its.size() * rowBytes);
        byte[] value = workspace.borrow(bytes);
        int has = 0;
        int filled = 0;
        for (int f = 0; f < its.size(); f++) {
            if (its.hasValue(f, attribute)) {
                its.copyValue(f, attribute, value, f * rowBytes);
                has++;
            } else {
                MissingValue.put(type, value, f * rowBytes, rowBytes);
                filled += its.end(f) > its.start(f) ? 1 : 0;
            }
        }
        if (has > 0) {
            tally.filledValues.add(filled);
            fragmentAttributes.get(attribute).write(chunk, Bytes.view(value, 0, bytes), workspace);
        }
        workspace.releaseTo(mark);
    }
}
