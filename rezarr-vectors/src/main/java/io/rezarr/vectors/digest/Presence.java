package io.rezarr.vectors.digest;

import io.rezarr.metadata.DataType;
import io.rezarr.vectors.model.AttributeTable;
import java.nio.ByteBuffer;

/**
 * Whether a value says something. What stands for "none" differs between layouts, so it counts as none in both: of attributes of objects a row of the
 * canonical NaN, the least signed or the greatest unsigned number; of attributes of links a row of the canonical NaN or of zeros that are no float.
 */
final class Presence {
    private Presence() {}

    static boolean holds(DataType type, AttributeTable.Rows rows, int row) {
        if (!rows.isPresent(row)) {
            return false;
        }
        ByteBuffer values = rows.values();
        int rowBytes = rows.count() == 0 ? 0 : values.remaining() / rows.count();
        int at = values.position() + row * rowBytes;
        return !consistsOf(noObject(type), type, values, at, rowBytes);
    }

    /** Whether an attribute of a link has a value. */
    static boolean ofLink(DataType type, ByteBuffer values, int at, int rowBytes) {
        return !consistsOf(type.kind() == DataType.Kind.FLOAT ? nan(type) : 0, type, values, at, rowBytes);
    }

    private static boolean consistsOf(long none, DataType type, ByteBuffer values, int at, int rowBytes) {
        boolean hasNone = type.kind() == DataType.Kind.FLOAT
                || type.kind() == DataType.Kind.INT
                || type.kind() == DataType.Kind.UINT
                || none == 0;
        for (int i = at; hasNone && i < at + rowBytes; i += type.elementBytes()) {
            if (bits(type, values, i) != none) {
                return false;
            }
        }
        return hasNone && rowBytes > 0;
    }

    private static long bits(DataType type, ByteBuffer values, int at) {
        return switch (type.elementBytes()) {
            case 1 -> values.get(at) & 0xffL;
            case 2 -> values.getShort(at) & 0xffffL;
            case 4 -> values.getInt(at) & 0xffffffffL;
            case 8 -> values.getLong(at);
            default -> -2;
        };
    }

    private static long noObject(DataType type) {
        int bits = 8 * type.elementBytes();
        return switch (type.kind()) {
            case FLOAT -> nan(type);
            case INT -> 1L << (bits - 1);
            case UINT -> bits >= 64 ? -1 : (1L << bits) - 1;
            default -> -3; // no bits of at most 8 bytes
        };
    }

    private static long nan(DataType type) {
        return switch (type.elementBytes()) {
            case 2 -> 0x7e00L;
            case 4 -> 0x7fc00000L;
            default -> 0x7ff8000000000000L;
        };
    }
}
