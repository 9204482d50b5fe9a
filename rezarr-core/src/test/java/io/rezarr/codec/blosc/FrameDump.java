package io.rezarr.codec.blosc;

import io.rezarr.memory.Workspace;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes frames for {@code src/test/python/check_blosc_frames.py}, which has c-blosc decode them. */
final class FrameDump {
    private static final int[] SIZES = {1, 5, 100, 127, 128, 129, 333, 2100, 20_000};
    private static final int[] BLOCK_SIZES = {0, 0, 130, 1024, 5000};

    private FrameDump() {}

    /** @param args the directory for {@code index.csv} and {@code frames.bin} */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        List<String> index = new ArrayList<>(List.of(FrameCase.INDEX_HEADER));
        try (Workspace workspace = new Workspace();
                OutputStream frames =
                        new BufferedOutputStream(Files.newOutputStream(directory.resolve("frames.bin")))) {
            for (FrameCase frame : cases(1)) {
                int mark = workspace.mark();
                ByteBuffer encoded = frame.codec().encode(ByteBuffer.wrap(frame.payload()), workspace);
                frames.write(encoded.array(), encoded.position(), encoded.remaining());
                index.add(frame.line(encoded.remaining()));
                workspace.releaseTo(mark);
            }
        }
        Files.write(directory.resolve("index.csv"), index);
    }

    static List<FrameCase> cases(long seed) {
        List<FrameCase> cases = new ArrayList<>(smallCases(seed));
        cases.addAll(largeCases(seed));
        return cases;
    }

    /** Every compressor, shuffle and item size with each of the sizes. */
    static List<FrameCase> smallCases(long seed) {
        Random random = new Random(seed);
        List<FrameCase> cases = new ArrayList<>();
        for (String cname : FrameCase.CNAMES) {
            for (int shuffle = 0; shuffle <= 2; shuffle++) {
                for (int itemsize = 1; itemsize <= 17; itemsize++) {
                    for (int size : SIZES) {
                        int level = random.nextInt(10);
                        int blocksize = BLOCK_SIZES[random.nextInt(BLOCK_SIZES.length)];
                        int kind = random.nextInt(3);
                        long payload = random.nextInt(1 << 30);
                        cases.add(new FrameCase(cname, shuffle, level, blocksize, itemsize, kind, payload, size));
                    }
                }
            }
        }
        return cases;
    }

    /** Every compressor, shuffle and level with several blocks of the automatic size. */
    static List<FrameCase> largeCases(long seed) {
        Random random = new Random(seed);
        List<FrameCase> cases = new ArrayList<>();
        for (String cname : FrameCase.CNAMES) {
            for (int shuffle = 0; shuffle <= 2; shuffle++) {
                for (int level = 1; level <= 9; level++) {
                    int itemsize = 1 << random.nextInt(5);
                    int size = 300_000 + random.nextInt(1_500_000);
                    int kind = 1 + random.nextInt(2);
                    long payload = random.nextInt(1 << 30);
                    cases.add(new FrameCase(cname, shuffle, level, 0, itemsize, kind, payload, size));
                }
            }
        }
        return cases;
    }
}
