package io.rezarr.plan;

import io.rezarr.codec.CodecChain;

/** Both sides of a rechunk, with the chains that their units are decoded and encoded by. */
record Sides(Side source, CodecChain sourceChain, Side destination, CodecChain destinationChain) {
    /**
     * Resolves both.
     *
     * @param items the room for items of variable size
     * @throws io.rezarr.error.UnsupportedFeatureException if a codec or the data type is not known
     * @throws ArithmeticException if a chunk has 2^63 bytes or more
     */
    static Sides of(PlanRequest request, ItemMemory items) {
        CodecChain source = CodecChain.of(request.source(), items.readBytes());
        CodecChain destination = CodecChain.of(request.destination(), items.writtenBytes());
        return new Sides(
                Side.of(request.source(), source), source, Side.of(request.destination(), destination), destination);
    }

    /** Whether elements lie in their units alike, axes and bytes. */
    boolean haveSameLayout() {
        return unitChain(sourceChain)
                .layout()
                .equals(unitChain(destinationChain).layout());
    }

    private static CodecChain unitChain(CodecChain chain) {
        return chain.sharding() == null ? chain : chain.sharding().inner();
    }

    CostModel.Cost costOf(Work work, int threads) {
        return CostModel.LOCAL.of(work, sourceChain, destinationChain, threads);
    }
}
