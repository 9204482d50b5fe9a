package io.rezarr.array;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.FillValue;
import io.rezarr.metadata.FormatConversion;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares what the v2 and the v3 documents of one place say, as far as it decides what the data are. */
final class FormatDifference {
    /** In v2 an attribute has the dimension names, which v3 has elsewhere. */
    private static final String DIMENSIONS = "_ARRAY_DIMENSIONS";

    /** The other way round: what the fill value says to xarray in v2. */
    private static final String MISSING = "_FillValue";

    private FormatDifference() {}

    /** The first difference, in words; {@code null} if there is none. */
    static @Nullable String between(NodeMetadata v2, NodeMetadata v3) {
        if (v2 instanceof ArrayMetadata array2 && v3 instanceof ArrayMetadata array3) {
            String difference = betweenArrays(array2, array3);
            if (difference != null) {
                return difference;
            }
        } else if (v2 instanceof ArrayMetadata || v3 instanceof ArrayMetadata) {
            return words("node type", kindOf(v2), kindOf(v3));
        }
        boolean sameMissing = isSameMissing(v2, v3);
        JsonObject attributes2 = v2.attributes().without(DIMENSIONS);
        JsonObject attributes3 = v3.attributes().without(DIMENSIONS).without(sameMissing ? MISSING : DIMENSIONS);
        return attributes2.equals(attributes3) ? null : "their attributes differ";
    }

    private static @Nullable String betweenArrays(ArrayMetadata v2, ArrayMetadata v3) {
        if (!v2.shape().equals(v3.shape())) {
            return words("shape", v2.shape(), v3.shape());
        }
        if (!v2.dataType().equals(v3.dataType())) {
            return words("data type", v2.dataType().name(), v3.dataType().name());
        }
        if (!v2.chunkShape().equals(v3.chunkShape())) {
            return words("chunk shape", v2.chunkShape(), v3.chunkShape());
        }
        if (!v2.chunkKeyEncoding().equals(v3.chunkKeyEncoding())) {
            return words("chunk keys", v2.chunkKeyEncoding(), v3.chunkKeyEncoding());
        }
        if (!sameFill(v2, v3)) {
            return words(
                    "fill value",
                    Json.toString(v2.fillValue().document()),
                    Json.toString(v3.fillValue().document()));
        }
        List<String> codecs2 = codecsOf(v2);
        List<String> codecs3 = codecsOf(v3);
        if (!codecs2.equals(codecs3) || !v2.bigEndianRuns().equals(v3.bigEndianRuns())) {
            return words("codecs", codecs2, codecs3);
        }
        return null;
    }

    private static boolean isSameMissing(NodeMetadata v2, NodeMetadata v3) {
        return v2 instanceof V2ArrayMetadata array2
                && v3 instanceof V3ArrayMetadata array3
                && FormatConversion.isSameMissing(array2, array3);
    }

    private static boolean sameFill(ArrayMetadata v2, ArrayMetadata v3) {
        FillValue fill2 = v2.fillValue();
        FillValue fill3 = v3.fillValue();
        return v2.dataType().isFixedSize()
                ? Arrays.equals(fill2.elementOf(v2.dataType()), fill3.elementOf(v3.dataType()))
                : fill2.document().equals(fill3.document()) || sameItem(fill2, v2, fill3, v3);
    }

    private static boolean sameItem(FillValue fill2, ArrayMetadata v2, FillValue fill3, ArrayMetadata v3) {
        return v2.dataType().kind() == DataType.Kind.VARIABLE
                && v3.dataType().kind() == DataType.Kind.VARIABLE
                && Arrays.equals(fill2.itemOf(v2.dataType()), fill3.itemOf(v3.dataType()));
    }

    /** Names only, but for the order of axes: streams describe themselves. */
    private static List<String> codecsOf(ArrayMetadata metadata) {
        List<String> names = new ArrayList<>();
        for (CodecSpec codec : metadata.codecs()) {
            JsonValue order = codec.configuration().member("order");
            String name = codec.name().startsWith("numcodecs.") ? codec.name().substring(10) : codec.name();
            names.add(name.equals("transpose") && order != null ? name + Json.toString(order) : name);
        }
        return names;
    }

    private static String kindOf(NodeMetadata metadata) {
        return metadata instanceof ArrayMetadata ? "array" : "group";
    }

    private static String words(String what, Object v2, Object v3) {
        return what + " " + v2 + " against " + v3;
    }
}
