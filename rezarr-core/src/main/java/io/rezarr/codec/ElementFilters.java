package io.rezarr.codec;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.DataType;
import java.util.ArrayList;
import java.util.List;

/** The filters of a v3 chain, all before its array→bytes codec, and what the elements behind them are. */
final class ElementFilters {
    private final List<ElementFilter> filters = new ArrayList<>();
    private DataType elements;
    private byte[] fillElement;

    /** @param fillElement of elements of that type, little-endian */
    ElementFilters(DataType elements, byte[] fillElement) {
        this.elements = elements;
        this.fillElement = fillElement;
    }

    void add(ElementFilter filter) {
        filters.add(filter);
        elements = filter.encodedType();
        fillElement = filter.encodedFill(fillElement);
    }

    boolean isEmpty() {
        return filters.isEmpty();
    }

    /** What lies behind them. */
    DataType elements() {
        return elements;
    }

    byte[] fillElement() {
        return fillElement;
    }

    /** Filters see bytes: they are the first of the codecs that do. */
    List<BytesToBytesCodec> before(List<BytesToBytesCodec> bytesToBytes) {
        List<BytesToBytesCodec> all = new ArrayList<>(filters);
        all.addAll(bytesToBytes);
        return all;
    }

    /** @throws UnsupportedFeatureException if the order of elements means something to one of them */
    void requireElementwise(String behind) {
        for (ElementFilter filter : filters) {
            if (!filter.isElementwise()) {
                throw new UnsupportedFeatureException("Codec '" + filter.name() + "' before " + behind
                        + " is not supported: readers do not agree on the order of the elements between them."
                        + " Its chunks can only be moved as they are.");
            }
        }
    }

    /** @throws UnsupportedFeatureException if what lies behind them cannot be cut into inner chunks */
    void requireShape() {
        for (ElementFilter filter : filters) {
            if (!filter.keepsShape()) {
                throw new UnsupportedFeatureException("Codec '" + filter.name()
                        + "' before shards is not supported. Its chunks can only be moved as they are.");
            }
        }
    }

    /** @throws UnsupportedFeatureException if numbers behind one of them are big-endian, which it takes for little-endian */
    void requireByteOrder(List<ByteRun> bigEndian) {
        for (ElementFilter filter : filters) {
            if (!bigEndian.isEmpty() && !filter.isFreeOfByteOrder()) {
                throw new UnsupportedFeatureException("Codec 'bytes' stores big-endian numbers behind the codec '"
                        + filter.name() + "', which readers decode as little-endian."
                        + " Its chunks can only be moved as they are.");
            }
        }
    }
}
