package io.rezarr.rechunk;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.FillValue;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.ZarrFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** In what the metadata of two nodes differ that say something about the data; how they are stored does not count. */
final class MetadataDiff {
    /** Where v2 keeps dimension names, which are compared as such. */
    private static final String DIMENSIONS_ATTRIBUTE = "_ARRAY_DIMENSIONS";

    private MetadataDiff() {}

    static List<String> ofArrays(ArrayMetadata left, ArrayMetadata right) {
        List<String> differences = new ArrayList<>(ofAttributes(left, right));
        List<@Nullable String> leftNames = left.dimensionNames();
        List<@Nullable String> rightNames = right.dimensionNames();
        if (!java.util.Objects.equals(leftNames, rightNames)) {
            differences.add("dimension names: " + leftNames + " and " + rightNames);
        }
        if (!sameFill(left, right)) {
            differences.add("fill value: " + Json.toString(left.fillValue().document()) + " and "
                    + Json.toString(right.fillValue().document()));
        }
        return differences;
    }

    static List<String> ofAttributes(NodeMetadata left, NodeMetadata right) {
        JsonObject leftAttributes = attributesOf(left);
        JsonObject rightAttributes = attributesOf(right);
        Set<String> names = new LinkedHashSet<>(leftAttributes.members().keySet());
        names.addAll(rightAttributes.members().keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            JsonValue leftValue = leftAttributes.member(name);
            JsonValue rightValue = rightAttributes.member(name);
            if (leftValue == null || !leftValue.equals(rightValue)) {
                differences.add("attribute '" + name + "': " + text(leftValue) + " and " + text(rightValue));
            }
        }
        return differences;
    }

    private static String text(@Nullable JsonValue value) {
        return value == null ? "absent" : Json.toString(value);
    }

    private static JsonObject attributesOf(NodeMetadata node) {
        boolean hidesNames = node instanceof ArrayMetadata array
                && array.format() == ZarrFormat.V2
                && array.dimensionNames() != null;
        return hidesNames ? node.attributes().without(DIMENSIONS_ATTRIBUTE) : node.attributes();
    }

    /** The same bytes; undefined (v2 null) equals only undefined, and what is not understood must be written alike. */
    private static boolean sameFill(ArrayMetadata left, ArrayMetadata right) {
        FillValue leftFill = left.fillValue();
        FillValue rightFill = right.fillValue();
        if (leftFill.document().equals(rightFill.document())) {
            return true;
        }
        if (leftFill.isNull() || rightFill.isNull()) {
            return false;
        }
        return left.dataType().isFixedSize()
                && left.dataType().equals(right.dataType())
                && Arrays.equals(leftFill.elementOf(left.dataType()), rightFill.elementOf(right.dataType()));
    }
}
