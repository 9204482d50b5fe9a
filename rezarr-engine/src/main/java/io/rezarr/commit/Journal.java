package io.rezarr.commit;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.RefusedException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a run notes in the directory that it writes ({@code .rezarr/journal.json}), so that {@link Recovery} knows whose
 * it is and how far it came. Gone once the run has committed.
 *
 * @param operation what the run does
 * @param state how far it came
 * @param name of the node that the directory becomes
 * @param id of the run
 * @param started ISO 8601
 * @param keepBackup whether the old node stays as {@code NAME.backup}
 * @param replaced the {@link SourceFingerprint} of the old node, once {@code READY}; empty if there is none
 * @param ancestors whose consolidated metadata the commit changes, once {@code READY}
 */
record Journal(
        Operation operation,
        State state,
        String name,
        String id,
        String started,
        boolean keepBackup,
        String replaced,
        List<Ancestor> ancestors) {
    static final String DIRECTORY = ".rezarr";
    private static final String FILE = "journal.json";
    private static final long FORMAT_VERSION = 1;
    private static final long MAX_BYTES = 16 << 20;

    /** What a run does. */
    enum Operation {
        /** Writes a node under a name that was free. */
        CREATE,
        /** Writes a node that takes the place of another. */
        REPLACE,
        /** Writes documents of Zarr v2 beside those of v3, which then go. */
        MIGRATE_TO_V2,
        /** Writes documents of Zarr v3 beside those of v2, which then go. */
        MIGRATE_TO_V3;

        boolean isMigration() {
            return this == MIGRATE_TO_V2 || this == MIGRATE_TO_V3;
        }
    }

    /** How far a run came. */
    enum State {
        /** Chunks or metadata are missing, or not verified yet. */
        WRITING,
        /** The new node is whole, verified and, if it replaces another, forced to the disk. */
        READY
    }

    Journal {
        ancestors = List.copyOf(ancestors);
    }

    Journal ready(String newReplaced, List<Ancestor> newAncestors) {
        return new Journal(operation, State.READY, name, id, started, keepBackup, newReplaced, newAncestors);
    }

    /** Of a run that begins now. */
    static Journal begin(Operation operation, String name, boolean keepBackup) {
        return new Journal(
                operation,
                State.WRITING,
                name,
                UUID.randomUUID().toString(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                keepBackup,
                "",
                List.of());
    }

    static Path directory(Path node) {
        return node.resolve(DIRECTORY);
    }

    private static Path file(Path node) {
        return directory(node).resolve(FILE);
    }

    /**
     * The journal in a directory; {@code null} if there is none.
     *
     * @throws RefusedException if a newer rezarr wrote it
     * @throws InvalidMetadataException if it is no journal
     */
    static @Nullable Journal read(Path node) {
        Path file = file(node);
        if (!Disk.isFile(file)) {
            return null;
        }
        JsonObject json = Json.parseObject(ByteBuffer.wrap(Disk.read(file, MAX_BYTES)), file.toString());
        if (!JsonNumber.of(FORMAT_VERSION).equals(json.member("formatVersion"))) {
            throw new RefusedException("'" + file + "' has formatVersion "
                    + (json.member("formatVersion") instanceof JsonNumber found ? found.text() : "missing")
                    + "; this version of rezarr reads " + FORMAT_VERSION
                    + ". Use the version of rezarr that began the run.");
        }
        return new Journal(
                constant(Operation.values(), json, "operation", file),
                constant(State.values(), json, "state", file),
                text(json, "name", file),
                text(json, "id", file),
                text(json, "started", file),
                json.member("keepBackup") == JsonLiteral.TRUE,
                text(json, "replaced", file),
                ancestors(json, file));
    }

    private static List<Ancestor> ancestors(JsonObject json, Path file) {
        if (!(json.member("ancestors") instanceof JsonArray array)) {
            throw wrong("ancestors", "an array", file);
        }
        List<Ancestor> ancestors = new ArrayList<>();
        for (JsonValue item : array.items()) {
            if (!(item instanceof JsonObject entry)) {
                throw wrong("ancestors", "an array of objects", file);
            }
            Path base = file.resolve("../../..").normalize();
            ancestors.add(
                    new Ancestor(base.resolve(text(entry, "group", file)).normalize(), text(entry, "path", file)));
        }
        return ancestors;
    }

    private static <E extends Enum<E>> E constant(E[] values, JsonObject json, String member, Path file) {
        String text = text(json, member, file);
        for (E value : values) {
            if (word(value).equals(text)) {
                return value;
            }
        }
        throw wrong(member, "one of " + List.of(values).toString().toLowerCase(Locale.ROOT), file);
    }

    static String text(JsonObject json, String member, Path file) {
        if (json.member(member) instanceof JsonString string) {
            return string.value();
        }
        throw wrong(member, "a string", file);
    }

    static InvalidMetadataException wrong(String member, String expected, Path file) {
        return new InvalidMetadataException("'" + file + "', member '" + member + "': expected " + expected
                + ". The file was not written by rezarr, or was altered; restore it, or move the directory away.");
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Takes the journal of a node away, and the directory that it stands in, if nothing else does that outlives the run. */
    static void discard(Path node, Trees trees, Places places) {
        boolean isAlone = Disk.children(directory(node)).stream()
                .map(Path::getFileName)
                .allMatch(name -> FILE.equals(String.valueOf(name)) || RunLog.isOfRun(String.valueOf(name)));
        trees.discard(isAlone ? directory(node) : file(node), places);
    }

    /** Writes the journal of a directory, in whose {@code .rezarr} directory it stands afterwards. */
    void write(Path node, Trees trees) {
        Path base = node.resolve("..").normalize();
        List<JsonValue> groups = new ArrayList<>();
        for (Ancestor ancestor : ancestors) {
            // Relative: a store may be moved, or be seen under another mount point, before it is recovered.
            groups.add(object(Map.of(
                    "group", base.relativize(ancestor.group()).toString(),
                    "path", ancestor.path())));
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("formatVersion", JsonNumber.of(FORMAT_VERSION));
        members.put("operation", new JsonString(word(operation)));
        members.put("state", new JsonString(word(state)));
        members.put("name", new JsonString(name));
        members.put("id", new JsonString(id));
        members.put("started", new JsonString(started));
        members.put("keepBackup", JsonLiteral.of(keepBackup));
        members.put("replaced", new JsonString(replaced));
        members.put("ancestors", new JsonArray(groups));
        trees.writeWhole(file(node), bytes(Json.write(new JsonObject(members), 2)));
    }

    private static JsonObject object(Map<String, String> strings) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        strings.forEach((name, value) -> members.put(name, new JsonString(value)));
        return new JsonObject(members);
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
