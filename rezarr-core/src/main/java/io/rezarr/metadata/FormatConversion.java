package io.rezarr.metadata;

import io.rezarr.error.RefusedException;
import io.rezarr.error.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says in one version of the format what was said in the other: same shape, chunks, elements, attributes and dimension names.
 *
 * <p>What is stored may have to be encoded anew: v3 has no byte order of its own for each field of a struct, and zlib becomes
 * gzip. The fill value is the same bit for bit; a v2 null becomes zero. Codecs that are to be replaced anyway should be before, since
 * those without a counterpart are refused.
 */
public final class FormatConversion {
    private FormatConversion() {}

    /**
     * The array in v3, with chunks under {@code c/0/1}. {@code _ARRAY_DIMENSIONS} becomes {@code dimension_names}. Of an array with
     * those the attribute {@code _FillValue} says what xarray takes for missing, as the fill value does in v2.
     *
     * @throws UnsupportedFeatureException if the data type or a codec has no counterpart, by name
     */
    public static Converted<V3ArrayMetadata> toV3(V2ArrayMetadata v2) {
        Converted<V3ArrayMetadata> converted = new V3Conversion(v2).convert();
        return new Converted<>(MissingValue.toV3(v2, converted.metadata()), converted.notes());
    }

    /**
     * The array in v2, with {@code /} between the indices in chunk keys if the source has, else {@code .}. Dimension names become
     * {@code _ARRAY_DIMENSIONS}, a missing one a null. A transpose that reverses the axes becomes order F, another one order C with a
     * note. The fill value of an array with names for all axes becomes what xarray took for missing: the attribute
     * {@code _FillValue}, or null without one.
     *
     * @throws RefusedException if the array is sharded, or its data type, fill value or a codec has no counterpart, by name
     */
    public static Converted<V2ArrayMetadata> toV2(V3ArrayMetadata v3) {
        Converted<V2ArrayMetadata> converted = new V2Conversion(v3).convert();
        return new Converted<>(MissingValue.toV2(v3, converted.metadata()), converted.notes());
    }

    /**
     * Whether an array of v2 and one of v3 are the same to xarray as far as missing data go: the fill value of the one is the
     * attribute {@code _FillValue} of the other, or both have none. False if the array has a nameless axis.
     */
    public static boolean isSameMissing(V2ArrayMetadata v2, V3ArrayMetadata v3) {
        return MissingValue.isSame(v2, v3);
    }

    /** The group in v3. */
    public static Converted<V3GroupMetadata> toV3(V2GroupMetadata v2) {
        List<String> notes = new ArrayList<>();
        noteDropped(v2.document().members().keySet(), Set.of("zarr_format"), ".zgroup", notes);
        return new Converted<>(new V3GroupMetadata(v2.attributes()), notes);
    }

    /** The group in v2. */
    public static Converted<V2GroupMetadata> toV2(V3GroupMetadata v3) {
        List<String> notes = new ArrayList<>();
        noteDropped(v3.document().members().keySet(), V3GroupMetadata.MEMBERS, "zarr.json", notes);
        return new Converted<>(new V2GroupMetadata(v3.attributes()), notes);
    }

    /** The members of a node's documents that are not known, sorted: the other version has no place for them. */
    public static List<String> unknownMembers(NodeMetadata node) {
        Set<String> members = new TreeSet<>();
        if (node instanceof V2ArrayMetadata array) {
            members.addAll(array.document().members().keySet());
            members.removeAll(V3Conversion.MEMBERS);
        } else if (node instanceof V3ArrayMetadata array) {
            members.addAll(array.document().members().keySet());
            members.removeAll(V3ArrayMetadata.MEMBERS);
        } else if (node instanceof V2GroupMetadata group) {
            members.addAll(group.document().members().keySet());
            members.remove("zarr_format");
        } else if (node instanceof V3GroupMetadata group) {
            members.addAll(group.document().members().keySet());
            members.removeAll(V3GroupMetadata.MEMBERS);
        }
        return List.copyOf(members);
    }

    /** Members that the other version has no place for. */
    static void noteDropped(Set<String> members, Set<String> known, String document, List<String> notes) {
        Set<String> dropped = new TreeSet<>(members);
        dropped.removeAll(known);
        if (!dropped.isEmpty()) {
            notes.add("The unknown members " + String.join(", ", dropped) + " of " + document
                    + " have no place in the other version and are left out.");
        }
    }
}
