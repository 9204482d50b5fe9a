package io.rezarr.vectors.digest;

import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import java.util.List;

/** A family without links: that of a tree all of whose edges are implied. */
record NoLinks() implements LinkFamily {
    @Override
    public LinkFormat format() {
        return new LinkFormat(0, 2, false, LinkFormat.StorePolicy.CANONICAL, -1, -1, JsonObject.EMPTY);
    }

    @Override
    public String path() {
        return "links";
    }

    @Override
    public List<AttributeFormat> attributes() {
        return List.of();
    }

    @Override
    public int batches() {
        return 0;
    }

    @Override
    public boolean isCrossing(int batch) {
        throw new IndexOutOfBoundsException(batch);
    }

    @Override
    public LinkBatch read(int batch, Workspace workspace) {
        throw new IndexOutOfBoundsException(batch);
    }
}
