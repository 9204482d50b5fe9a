package io.rezarr.codec.blosc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.memory.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Frames that c-blosc wrote, made by {@code src/test/python/make_blosc_frames.py}. */
class GoldenFramesTest {
    /** What differs at most between c-blosc's frame and ours: whether the frame is copied, its size, its streams. */
    private static final int[] SAME_IN_HEADER = {0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11};

    /** @param ours what our writer makes of the same payload */
    private record Golden(FrameCase frame, ByteBuffer encoded, ByteBuffer ours) {}

    private static List<Golden> all;

    @BeforeAll
    static void readAndEncode() {
        try (Workspace workspace = new Workspace()) {
            all = read(workspace);
        }
    }

    @Test
    void everyFrameOfCBloscDecodes() {
        try (Workspace workspace = new Workspace()) {
            for (Golden golden : all) {
                int mark = workspace.mark();
                byte[] expected = golden.frame.payload();
                var codec = golden.frame.codec();
                codec.check(golden.encoded, expected.length, workspace);
                ByteBuffer decoded = codec.decode(golden.encoded, expected.length, workspace);
                assertThat(decoded).describedAs("%s", golden.frame).isEqualTo(ByteBuffer.wrap(expected));
                workspace.releaseTo(mark);
            }
        }
        assertThat(all).hasSizeGreaterThan(2000);
    }

    @Test
    void everyPartOfThemIsTheSliceOfTheWhole() {
        Random random = new Random(12);
        try (Workspace workspace = new Workspace()) {
            for (Golden golden : all) {
                byte[] frame = new byte[golden.encoded.remaining()];
                golden.encoded.get(0, frame);
                FrameParts.assertPartsAreSlices(golden.frame, frame, random, workspace);
            }
        }
    }

    @Test
    void framesAreLaidOutAsCBloscLaysThemOut() {
        for (Golden golden : all) {
            for (int i : SAME_IN_HEADER) {
                assertThat(golden.ours.get(i))
                        .describedAs("%s, byte %d", golden.frame, i)
                        .isEqualTo(golden.encoded.get(i));
            }
            assertThat(golden.ours.get(2) & ~Frame.COPIED)
                    .describedAs("%s, flags", golden.frame)
                    .isEqualTo(golden.encoded.get(2) & ~Frame.COPIED);
        }
    }

    /** The compressor is our own: it finds the same matches. The others come in the versions of their libraries. */
    @Test
    void blosclzFramesAreThoseOfCBlosc() {
        for (Golden golden : all) {
            if (golden.frame.cname().equals("blosclz")) {
                assertThat(golden.ours).describedAs("%s", golden.frame).isEqualTo(golden.encoded);
            }
        }
    }

    @Test
    void framesAreHardlyLargerThanThoseOfCBlosc() {
        Map<String, long[]> sizes = new HashMap<>();
        for (Golden golden : all) {
            long[] sums = sizes.computeIfAbsent(golden.frame.cname(), name -> new long[2]);
            sums[0] += golden.ours.remaining();
            sums[1] += golden.encoded.remaining();
        }
        assertThat(sizes.keySet()).containsExactlyInAnyOrderElementsOf(FrameCase.CNAMES);
        assertThat(sizes)
                .allSatisfy((name, sums) -> assertThat((double) sums[0]).isLessThan(1.02 * sums[1]));
    }

    private static List<Golden> read(Workspace workspace) {
        Map<String, byte[]> entries = new HashMap<>();
        try (InputStream resource = GoldenFramesTest.class.getResourceAsStream("frames.zip");
                ZipInputStream zip = new ZipInputStream(resource)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> index = new String(entries.get("index.csv"), StandardCharsets.US_ASCII)
                .lines()
                .toList();
        byte[] bytes = entries.get("frames.bin");
        List<Golden> read = new ArrayList<>();
        int offset = 0;
        for (String line : index.subList(1, index.size())) {
            int length = Integer.parseInt(line.substring(line.lastIndexOf(',') + 1));
            FrameCase frame = FrameCase.parse(line);
            ByteBuffer ours = frame.codec().encode(ByteBuffer.wrap(frame.payload()), workspace);
            ByteBuffer copy = ByteBuffer.allocate(ours.remaining()).put(ours).flip();
            read.add(new Golden(frame, ByteBuffer.wrap(bytes, offset, length).slice(), copy));
            workspace.releaseTo(0);
            offset += length;
        }
        return read;
    }
}
