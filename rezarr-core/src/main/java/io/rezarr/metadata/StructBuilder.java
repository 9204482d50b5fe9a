package io.rezarr.metadata;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Puts fields one behind the other, without gaps. */
final class StructBuilder {
    /** Far beyond what people write, and little enough to keep in memory. */
    private static final long MAX_RUNS = 1 << 16;

    private final JsonPlace place;
    private final List<ElementType.Field> fields = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private long bytes;

    StructBuilder(JsonPlace place) {
        this.place = place;
    }

    /** @param at where the field stands */
    void add(String name, ElementType type, JsonPlace at) {
        // NumPy writes the padding of aligned types as fields without a name.
        if (!name.isEmpty() && !names.add(name)) {
            throw at.invalid("another name than '" + name + "', which the struct has already");
        }
        fields.add(new ElementType.Field(name, type, (int) bytes));
        bytes += type.bytes();
        if (bytes > Integer.MAX_VALUE) {
            throw at.unsupported("elements of more than 2147483647 bytes", "Use smaller elements.");
        }
    }

    ElementType.Struct build() {
        if (fields.isEmpty()) {
            throw place.invalid("at least one field");
        }
        ElementType.Struct struct = new ElementType.Struct(fields, (int) bytes);
        if (ElementType.runsOf(struct) > MAX_RUNS) {
            throw place.unsupported("a struct of more than " + MAX_RUNS + " numbers", "Use fewer fields.");
        }
        return struct;
    }
}
