package io.rezarr.vectors.node;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import io.rezarr.vectors.metadata.WrittenAttributes;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.WorldVector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store notes of itself ({@code .rezarr/levels/run.json}) while it gets its levels one by one. Beside it stand, by level, the places that rows
 * have now, for the links between levels that are still to be written. All of it goes when the last level has come.
 *
 * @param source where its levels come from
 * @param fingerprint of the source's metadata
 * @param chunkShape of the root
 * @param binShape of level 0
 * @param linksConvention of the root, as all levels need it
 * @param levels that it gets in the end, ascending
 * @param families of links between levels that it gets in the end
 */
public record PartialStore(
        String source,
        String fingerprint,
        WorldVector chunkShape,
        WorldVector binShape,
        LinksConvention linksConvention,
        List<Integer> levels,
        List<Family> families) {
    /** Where the file, and what is noted of each level, stands in the store. */
    public static final String DIRECTORY = ".rezarr/levels";

    private static final String FILE = "run.json";
    private static final long FORMAT_VERSION = 1;
    private static final int MAX_LEVEL = 1 << 20;

    /** The links of a level to another one. */
    public record Family(int level, int delta) {
        /** Whether both of its ends are among these levels. */
        boolean isWithin(Collection<Integer> numbers) {
            return numbers.contains(level) && numbers.contains(level + delta);
        }

        /** {@code 0/links/+1}. */
        @Override
        public String toString() {
            return level + "/links/" + LinkFormat.nameOf(delta);
        }
    }

    public PartialStore {
        levels = List.copyOf(levels);
        families = List.copyOf(families);
    }

    /** Where what is noted of a level stands. */
    public static StorePrefix ofLevel(StorePrefix root, int level) {
        return new StorePrefix(root.value() + DIRECTORY + "/" + level + "/");
    }

    private static StoreKey key(StorePrefix root) {
        return root.key(DIRECTORY + "/" + FILE);
    }

    /** The levels that are still to come, if these are there. */
    public List<Integer> missing(Collection<Integer> present) {
        return levels.stream().filter(level -> !present.contains(level)).toList();
    }

    /** The families that are still to come, if these levels are there. */
    public List<Family> pending(Collection<Integer> present) {
        return families.stream().filter(family -> !family.isWithin(present)).toList();
    }

    /**
     * A sentence about what is still to come.
     *
     * @param present the levels that are there
     */
    public String describe(Collection<Integer> present) {
        List<Family> pending = pending(present);
        String links = pending.isEmpty() ? "" : "; cross-level links pending: " + names(pending);
        return "levels " + missing(present) + " of '" + source + "' are not here yet" + links;
    }

    private static String names(List<Family> families) {
        return String.join(", ", families.stream().map(Family::toString).toList());
    }

    /**
     * What the store at a prefix notes; {@code null} if it gets no levels.
     *
     * @throws InvalidMetadataException if the file is not what rezarr writes
     */
    public static @Nullable PartialStore find(Store store, StorePrefix root) {
        StoreKey key = key(root);
        ByteBuffer text = Stores.readDocument(store, key);
        if (text == null) {
            return null;
        }
        String name = store.location() + "/" + key;
        JsonPlace place = new JsonPlace(name, "", Json.parseObject(text, name));
        place.member("formatVersion").integer(FORMAT_VERSION, FORMAT_VERSION);
        String expected = "the links convention of the root";
        LinksConvention convention =
                LinksConvention.ofToken(place.member("links_convention").string(expected));
        if (convention == null) {
            throw place.member("links_convention").invalid(expected);
        }
        List<Family> families = new ArrayList<>();
        JsonPlace list = place.member("families");
        for (int i = 0; i < list.array().items().size(); i++) {
            List<Integer> pair = numbers(list.item(i), -MAX_LEVEL);
            if (pair.size() != 2) {
                throw list.item(i).invalid("a level and a delta");
            }
            families.add(new Family(pair.get(0), pair.get(1)));
        }
        return new PartialStore(
                place.member("source").string("the path of the source"),
                place.member("fingerprint").string("a fingerprint"),
                vector(place.member("chunk_shape")),
                vector(place.member("base_bin_shape")),
                convention,
                numbers(place.member("levels"), 0),
                families);
    }

    private static List<Integer> numbers(JsonPlace place, int least) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < place.array().items().size(); i++) {
            numbers.add((int) place.item(i).integer(least, MAX_LEVEL));
        }
        return numbers;
    }

    private static WorldVector vector(JsonPlace place) {
        double[] components = new double[place.array().items().size()];
        for (int axis = 0; axis < components.length; axis++) {
            components[axis] = place.item(axis).number();
        }
        WorldVector vector = WorldVector.of(components);
        if (!vector.isPositive()) {
            throw place.invalid("numbers greater than 0");
        }
        return vector;
    }

    /** Notes it in the store at a prefix. */
    public void write(Store store, StorePrefix root) {
        List<JsonValue> pairs = new ArrayList<>();
        families.forEach(family -> pairs.add(JsonArray.ofLongs(family.level, family.delta)));
        JsonObject document = JsonObject.EMPTY
                .with("formatVersion", JsonNumber.of(FORMAT_VERSION))
                .with("source", new JsonString(source))
                .with("fingerprint", new JsonString(fingerprint))
                .with("chunk_shape", WrittenAttributes.json(chunkShape))
                .with("base_bin_shape", WrittenAttributes.json(binShape))
                .with("links_convention", new JsonString(linksConvention.token()))
                .with(
                        "levels",
                        JsonArray.ofLongs(
                                levels.stream().mapToLong(Integer::longValue).toArray()))
                .with("families", new JsonArray(pairs));
        store.set(key(root), Json.write(document, 2), WriteMode.ATOMIC);
    }
}
