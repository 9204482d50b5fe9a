package io.rezarr.commit;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RefusedException;
import io.rezarr.execute.Checkpoint;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run notes beside its {@link Journal}, so that another one can go on where it stopped: {@code .rezarr/run.json} says of which source and plans it
 * is, {@code .rezarr/progress} how many units of each array are finished, a line of fixed length for each.
 *
 * <p>The progress is written in place at most once a millisecond, so what a kill costs is what was under way, and units that take less than that.
 */
public final class RunLog implements AutoCloseable {
    private static final String RUN = "run.json";
    private static final String PROGRESS = "progress";
    private static final long FORMAT_VERSION = 1;
    private static final long MAX_BYTES = 64 << 20;
    /** 19 digits and a line feed. */
    private static final int LINE_BYTES = 20;

    private static final long INTERVAL_NANOS = 1_000_000;

    private final Path directory;
    private final FileChannel progress;
    private final List<Place> places;

    private RunLog(Path directory, FileChannel progress, List<Place> places) {
        this.directory = directory;
        this.progress = progress;
        this.places = places;
    }

    /**
     * An array of a run.
     *
     * @param path of it
     * @param plan all that the bytes of its chunks, and the order in which they are written, follow from
     */
    public record Part(String path, String plan) {}

    /**
     * Begins the log of a run, or takes up that of the run which the staged node was taken up from.
     *
     * @param source asked whether it changed since that run began
     * @param parts in the order of the run
     * @throws RefusedException if that run had another source or other plans, or cannot be told to be the same; nothing was changed
     */
    public static RunLog open(StagedNode staged, RunSource source, List<Part> parts) {
        Path directory = Journal.directory(staged.directory());
        Path run = directory.resolve(RUN);
        if (staged.isTakenUp() && Disk.isFile(run)) {
            requireSame(staged, run, source, parts);
        } else {
            requireNothingWritten(staged);
            write(staged, directory, source, parts);
        }
        return open(directory, parts.size());
    }

    private static void write(StagedNode staged, Path directory, RunSource source, List<Part> parts) {
        byte[] lines = "0000000000000000000\n".repeat(parts.size()).getBytes(StandardCharsets.US_ASCII);
        staged.trees().writeWhole(directory.resolve(PROGRESS), lines);
        List<JsonValue> arrays = new ArrayList<>();
        for (Part part : parts) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            members.put("path", new JsonString(part.path()));
            members.put("plan", new JsonString(part.plan()));
            arrays.add(new JsonObject(members));
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("formatVersion", JsonNumber.of(FORMAT_VERSION));
        members.put("began", new JsonString(Instant.now().toString()));
        members.put("source", new JsonString(source.sha256()));
        members.put("arrays", new JsonArray(arrays));
        staged.trees().writeWhole(directory.resolve(RUN), Journal.bytes(Json.write(new JsonObject(members), 2)));
    }

    private static void requireNothingWritten(StagedNode staged) {
        if (staged.isTakenUp() && Disk.children(staged.directory()).size() > 1) {
            throw refused(staged, "does not say how far it came");
        }
    }

    private static void requireSame(StagedNode staged, Path run, RunSource source, List<Part> parts) {
        JsonObject json = Json.parseObject(ByteBuffer.wrap(Disk.read(run, MAX_BYTES)), run.toString());
        if (!JsonNumber.of(FORMAT_VERSION).equals(json.member("formatVersion"))) {
            throw refused(staged, "was begun by another version of rezarr");
        }
        if (!new JsonString(source.sha256()).equals(json.member("source"))) {
            throw refused(
                    staged,
                    "had another source, or the metadata of '" + source.location() + "' have changed since then");
        }
        List<Part> before = partsOf(json, run);
        if (before.size() != parts.size()) {
            throw refused(staged, "was to write " + before.size() + " arrays, this one " + parts.size());
        }
        for (int i = 0; i < parts.size(); i++) {
            if (!before.get(i).equals(parts.get(i))) {
                throw refused(
                        staged,
                        "had other options. It was to write '" + before.get(i).path() + "' with: "
                                + before.get(i).plan() + "; this one '"
                                + parts.get(i).path() + "' with: "
                                + parts.get(i).plan() + ". Memory and threads count as well");
            }
        }
        source.requireUntouchedSince(Instant.parse(Journal.text(json, "began", run)), Leftovers.remedy(staged.node()));
    }

    private static List<Part> partsOf(JsonObject json, Path run) {
        if (!(json.member("arrays") instanceof JsonArray arrays)) {
            throw Journal.wrong("arrays", "an array", run);
        }
        List<Part> parts = new ArrayList<>();
        for (JsonValue array : arrays.items()) {
            if (!(array instanceof JsonObject entry)) {
                throw Journal.wrong("arrays", "an array of objects", run);
            }
            parts.add(new Part(Journal.text(entry, "path", run), Journal.text(entry, "plan", run)));
        }
        return parts;
    }

    private static RefusedException refused(StagedNode staged, String why) {
        return new RefusedException("The run that was interrupted at '" + staged.node()
                + "' cannot be gone on with: it " + why
                + ". Give the options that it had; or drop what it wrote ("
                + Leftovers.remedy(staged.node()) + "), and begin anew.");
    }

    private static RunLog open(Path directory, int arrays) {
        Path file = directory.resolve(PROGRESS);
        byte[] lines = Disk.read(file, (long) arrays * LINE_BYTES);
        if (lines.length != arrays * LINE_BYTES) {
            throw new MalformedDataException(
                            "progress of a run",
                            lines.length,
                            "expected " + arrays + " lines of " + LINE_BYTES + " bytes, found " + lines.length
                                    + " bytes")
                    .at(file.toString());
        }
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            List<Place> places = new ArrayList<>();
            RunLog log = new RunLog(directory, channel, places);
            for (int i = 0; i < arrays; i++) {
                places.add(log.new Place(i, number(lines, i, file)));
            }
            return log;
        } catch (IOException e) {
            throw LocalFileOperations.failure("open", file, e);
        }
    }

    private static long number(byte[] lines, int i, Path file) {
        String line = new String(lines, i * LINE_BYTES, LINE_BYTES - 1, StandardCharsets.US_ASCII);
        try {
            return Long.parseUnsignedLong(line);
        } catch (NumberFormatException e) {
            throw new MalformedDataException(
                            "progress of a run", (long) i * LINE_BYTES, "expected a number, found '" + line + "'", e)
                    .at(file.toString());
        }
    }

    /** Whether a file beside the journal goes with it. */
    static boolean isOfRun(String name) {
        return name.equals(RUN) || name.equals(PROGRESS);
    }

    /** How far the array of that number has come; kept from now on. */
    public Checkpoint checkpoint(int array) {
        return places.get(array);
    }

    /** Whether anything is finished that another run need not do again. */
    public boolean isWorthKeeping() {
        return places.stream().anyMatch(place -> place.finished > 0);
    }

    @Override
    public void close() {
        try (progress) {
            for (Place place : places) {
                place.keep();
            }
        } catch (IOException e) {
            throw LocalFileOperations.failure("close", directory.resolve(PROGRESS), e);
        }
    }

    private final class Place implements Checkpoint {
        private final int array;
        private volatile long finished;
        private long kept;
        private long keptNanos;

        Place(int array, long finished) {
            this.array = array;
            this.finished = finished;
            this.kept = finished;
        }

        @Override
        public long finishedUnits() {
            return finished;
        }

        @Override
        public void reached(long finishedUnits) {
            finished = finishedUnits;
            long now = System.nanoTime();
            if (now - keptNanos >= INTERVAL_NANOS) {
                keptNanos = now;
                keep();
            }
        }

        private void keep() {
            if (kept == finished) {
                return;
            }
            kept = finished;
            ByteBuffer line = ByteBuffer.wrap("%019d\n".formatted(kept).getBytes(StandardCharsets.US_ASCII));
            try {
                progress.write(line, (long) array * LINE_BYTES);
            } catch (IOException e) {
                throw LocalFileOperations.failure("write", directory.resolve(PROGRESS), e);
            }
        }
    }
}
