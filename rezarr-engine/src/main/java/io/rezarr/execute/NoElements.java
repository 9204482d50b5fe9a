package io.rezarr.execute;

/** Nobody wants to know the elements. */
enum NoElements implements ElementSink {
    SINK;

    @Override
    public void box(long[] origin, long[] extents, byte[] bytes, int offset, long[] strides) {}

    @Override
    public void absent(long[] origin, long[] extents) {}
}
