package io.rezarr.rechunk;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.FillValue;
import io.rezarr.metadata.FormatConversion;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
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

    /** Where v3 keeps for xarray what is missing, in v2 the fill value. */
    private static final String MISSING_ATTRIBUTE = "_FillValue";

    private MetadataDiff() {}

    static List<String> ofArrays(ArrayMetadata left, ArrayMetadata right) {
        boolean sameMissing = isSameMissing(left, right);
        List<String> differences = new ArrayList<>(
                sameMissing ? ofAttributes(withoutMissing(left), withoutMissing(right)) : ofAttributes(left, right));
        List<@Nullable String> leftNames = namesOf(left);
        List<@Nullable String> rightNames = namesOf(right);
        if (!java.util.Objects.equals(leftNames, rightNames)) {
            differences.add("dimension names: " + leftNames + " and " + rightNames);
        }
        if (!sameMissing && !sameFill(left, right)) {
            differences.add("fill value: " + Json.toString(left.fillValue().document()) + " and "
                    + Json.toString(right.fillValue().document()));
        }
        return differences;
    }

    /** Of arrays of two versions. */
    private static boolean isSameMissing(ArrayMetadata left, ArrayMetadata right) {
        if (left instanceof V2ArrayMetadata v2 && right instanceof V3ArrayMetadata v3) {
            return FormatConversion.isSameMissing(v2, v3);
        }
        return left instanceof V3ArrayMetadata && right instanceof V2ArrayMetadata && isSameMissing(right, left);
    }

    private static NodeMetadata withoutMissing(NodeMetadata array) {
        return array.withAttributes(array.attributes().without(MISSING_ATTRIBUTE));
    }

    /** Without axes there are no names, whether that is said or not. */
    private static @Nullable List<@Nullable String> namesOf(ArrayMetadata array) {
        return array.shape().rank() == 0 ? null : array.dimensionNames();
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
