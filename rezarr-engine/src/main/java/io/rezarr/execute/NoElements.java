package io.rezarr.execute;

import io.rezarr.memory.Workspace;

/** Nobody wants to know the elements. */
enum NoElements implements ElementSink {
    SINK;

    @Override
    public void box(long[] origin, long[] extents, byte[] bytes, int offset, long[] strides, Workspace workspace) {}

    @Override
    public void absent(long[] origin, long[] extents) {}

    @Override
    public ElementSink part() {
        return this;
    }

    @Override
    public void join(ElementSink part) {}
}
