package io.rezarr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.StoreException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.testkit.ReadContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class ZipStoreTest {
    @TempDir
    Path directory;

    private @Nullable ZipStore opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    /** The contract, of a zip file that is made anew whenever a value was added. */
    abstract static class Contract extends ReadContract {
        @TempDir
        Path directory;

        private final ZipBytes zip = new ZipBytes();
        private @Nullable ZipStore store;

        abstract void add(ZipBytes to, String key, byte[] value);

        @Override
        protected Store newStore() throws Exception {
            return refreshed();
        }

        private ZipStore refreshed() throws IOException {
            if (store != null) {
                store.close();
            }
            store = ZipStore.open(
                    Files.write(directory.resolve("a.zip"), zip.toBytes()).toString());
            return store;
        }

        @Override
        protected Store store() {
            return Objects.requireNonNull(store);
        }

        @Override
        protected void put(String key, byte[] value) {
            add(zip, key, value);
            try {
                refreshed();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Nested
    class OfStoredEntries extends Contract {
        @Override
        void add(ZipBytes to, String key, byte[] value) {
            to.stored(key, value);
        }
    }

    @Nested
    class OfDeflatedEntries extends Contract {
        @Override
        void add(ZipBytes to, String key, byte[] value) {
            to.deflated(key, value);
        }
    }

    @Nested
    class OfZip64 extends Contract {
        @Override
        void add(ZipBytes to, String key, byte[] value) {
            to.zip64 = true;
            to.stored(key, value);
        }
    }

    /** Makes zip files, wrong ones too. */
    static final class ZipBytes {
        boolean zip64;
        int flags = 1 << 11;
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private final ByteArrayOutputStream records = new ByteArrayOutputStream();
        private int entries;

        ZipBytes stored(String name, byte[] value) {
            return entry(name, 0, crc(value), value, value.length);
        }

        ZipBytes deflated(String name, byte[] value) {
            Deflater deflater = new Deflater(6, true);
            deflater.setInput(value);
            deflater.finish();
            byte[] bytes = new byte[value.length + value.length / 1000 + 100];
            int length = deflater.deflate(bytes);
            deflater.end();
            return entry(name, 8, crc(value), Arrays.copyOf(bytes, length), value.length);
        }

        static int crc(byte[] value) {
            CRC32 crc = new CRC32();
            crc.update(value);
            return (int) crc.getValue();
        }

        ZipBytes entry(String name, int method, int crc, byte[] stored, long bytes) {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            int offset = data.size();
            data.writeBytes(bytes(little(30 + utf8.length + 5)
                    .putInt(0x04034b50)
                    .putShort((short) 20)
                    .putShort((short) flags)
                    .putShort((short) method)
                    .putInt(0)
                    .putInt(crc)
                    .putInt(stored.length)
                    .putInt((int) bytes)
                    .putShort((short) utf8.length)
                    .putShort((short) 5)
                    .put(utf8)
                    .put(new byte[] {9, 9, 1, 0, 7})));
            data.writeBytes(stored);
            ByteBuffer record = little(46 + utf8.length + (zip64 ? 33 : 0))
                    .putInt(0x02014b50)
                    .putShort((short) 20)
                    .putShort((short) 20)
                    .putShort((short) flags)
                    .putShort((short) method)
                    .putInt(0)
                    .putInt(crc)
                    .putInt(zip64 ? -1 : stored.length)
                    .putInt(zip64 ? -1 : (int) bytes)
                    .putShort((short) utf8.length)
                    .putShort((short) (zip64 ? 33 : 0))
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putInt(0)
                    .putInt(zip64 ? -1 : offset)
                    .put(utf8);
            if (zip64) {
                record.put(new byte[] {9, 9, 1, 0, 7}).putShort((short) 1).putShort((short) 24);
                record.putLong(bytes).putLong(stored.length).putLong(offset);
            }
            records.writeBytes(bytes(record));
            entries++;
            return this;
        }

        byte[] toBytes() {
            return toBytes(new byte[0], "");
        }

        byte[] toBytes(byte[] before, String comment) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(before);
            out.writeBytes(data.toByteArray());
            int start = data.size();
            out.writeBytes(records.toByteArray());
            if (zip64) {
                out.writeBytes(bytes(little(76)
                        .putInt(0x06064b50)
                        .putLong(44)
                        .putShort((short) 45)
                        .putShort((short) 45)
                        .putInt(0)
                        .putInt(0)
                        .putLong(entries)
                        .putLong(entries)
                        .putLong(records.size())
                        .putLong(start)
                        .putInt(0x07064b50)
                        .putInt(0)
                        .putLong(start + records.size())
                        .putInt(1)));
            }
            out.writeBytes(bytes(little(22 + comment.length())
                    .putInt(0x06054b50)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) (zip64 ? -1 : entries))
                    .putShort((short) (zip64 ? -1 : entries))
                    .putInt(zip64 ? -1 : records.size())
                    .putInt(zip64 ? -1 : start)
                    .putShort((short) comment.length())
                    .put(comment.getBytes(StandardCharsets.US_ASCII))));
            return out.toByteArray();
        }

        private static byte[] bytes(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes);
            return bytes;
        }

        private static ByteBuffer little(int bytes) {
            return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private ZipStore open(byte[] bytes) throws IOException {
        opened = ZipStore.open(Files.write(directory.resolve("a.zip"), bytes).toString());
        return opened;
    }

    private static byte[] read(Store store, String key) {
        ByteBuffer value = Objects.requireNonNull(Stores.readWhole(store, new StoreKey(key), 1 << 20));
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void ofSeveralEntriesOfOneNameTheLastCounts() throws IOException {
        ZipStore store = open(new ZipBytes()
                .stored("zarr.json", text("old"))
                .stored("b", text("b"))
                .stored("zarr.json", text("newer"))
                .toBytes());

        assertThat(read(store, "zarr.json")).isEqualTo(text("newer"));
        List<StoreEntry> entries = new ArrayList<>();
        store.list(StorePrefix.ROOT, entries::add);
        assertThat(entries)
                .containsExactly(
                        new StoreEntry("b", StoreEntry.Kind.VALUE, 1),
                        new StoreEntry("zarr.json", StoreEntry.Kind.VALUE, 5));
    }

    @Test
    void entriesOfDirectoriesAreNoValues() throws IOException {
        ZipStore store = open(
                new ZipBytes().stored("a/", text("")).stored("a/ü", text("x")).toBytes());

        assertThat(read(store, "a/ü")).isEqualTo(text("x"));
        List<StoreEntry> entries = new ArrayList<>();
        store.list(StorePrefix.ROOT, entries::add);
        assertThat(entries).containsExactly(new StoreEntry("a", StoreEntry.Kind.PREFIX, -1));
    }

    @Test
    void whatStandsBeforeAndBehindIsNotInTheWay() throws IOException {
        for (boolean zip64 : new boolean[] {false, true}) {
            ZipBytes zip = new ZipBytes();
            zip.zip64 = zip64;
            ZipStore store =
                    open(zip.stored("a/0", text("zero")).toBytes(text("#!/bin/sh PK\5\6"), "PK\5\6 a comment"));

            assertThat(read(store, "a/0")).isEqualTo(text("zero"));
        }
    }

    @Test
    void directoryInsideIsNamedBehindAnExclamationMark() throws IOException {
        open(new ZipBytes().stored("a.zarr/b/0", text("zero")).toBytes());
        try (Store store =
                StoreLocation.parse("s", directory + "/a.zip!/a.zarr").open()) {
            assertThat(read(store, "b/0")).isEqualTo(text("zero"));
            assertThat(store.location()).endsWith("a.zip!/a.zarr");
        }
        assertThatThrownBy(() ->
                        StoreLocation.parse("s", directory + "/a.zip!/../x").open())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("'..'");
    }

    @Test
    void namesThatLeaveTheStoreAreRefused() {
        for (String name : List.of("../a", "/a", "a//b", "a/./b", "a\\b", "")) {
            assertThatThrownBy(() -> open(new ZipBytes().stored(name, text("x")).toBytes()))
                    .as(name)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("a.zip")
                    .hasMessageContaining("is no key");
        }
    }

    @Test
    void namesOfUnknownEncodingAreRefused() {
        ZipBytes zip = new ZipBytes();
        zip.flags = 0;
        assertThatThrownBy(() -> open(zip.stored("ü", text("x")).toBytes()))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void encryptedAndUnknownMethodsAreRefusedWhenRead() throws IOException {
        ZipBytes zip = new ZipBytes().entry("lzma", 14, 0, text("x"), 1);
        zip.flags |= 1;
        zip.stored("secret", text("x"));
        ZipStore store = open(zip.toBytes());

        assertThatThrownBy(() -> read(store, "secret"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("a.zip/secret' is encrypted");
        assertThatThrownBy(() -> read(store, "lzma"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("method 14");
    }

    @Test
    void sizesThatAreLiesAreErrors() throws IOException {
        byte[] value = new byte[100_000];
        byte[] deflated = {1, 0};
        ZipStore store = open(new ZipBytes()
                .entry("much", 8, 0, deflated, 1L << 31)
                .entry("short", 8, 0, text("\3\0"), 10)
                .deflated("bomb", value)
                .entry("garbage", 8, 0, text("hello hello hello"), 10)
                .toBytes());

        assertThatThrownBy(() -> read(store, "much"))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("at most 1048576 bytes, found 2147483648");
        assertThatThrownBy(() -> read(store, "short"))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("ends after 0 bytes, expected 10");
        assertThatThrownBy(() -> read(store, "garbage")).isInstanceOf(MalformedDataException.class);
        assertThat(read(store, "bomb")).isEqualTo(value);
        assertThatThrownBy(() -> open(new ZipBytes()
                                .entry("a", 0, 0, text("x"), 1000)
                                .toBytes())
                        .size(new StoreKey("a")))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("in 1 bytes, but is said to have 1000");
    }

    @Test
    void moreThanWasSaidIsAnError() throws IOException {
        ZipBytes whole = new ZipBytes().deflated("a", new byte[1000]);
        byte[] bytes = whole.toBytes();
        // The record's size of 1000 becomes 999.
        int record = bytes.length - 22 - (46 + 1);
        bytes[record + 24] = (byte) (999 & 0xff);
        bytes[record + 25] = (byte) (999 >> 8);

        assertThatThrownBy(() -> read(open(bytes), "a"))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("more than the 999 bytes");
    }

    @Test
    void wrongChecksumIsAnError() throws IOException {
        ZipStore store = open(new ZipBytes().entry("a", 0, 1, text("x"), 1).toBytes());

        assertThatThrownBy(() -> read(store, "a"))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("a.zip/a")
                .hasMessageContaining("checksum stored is 00000001");
    }

    @Test
    void whatIsNoZipFileIsSaid() throws IOException {
        assertThatThrownBy(() -> open(text("no zip file at all, but long enough to be one")))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("a.zip")
                .hasMessageContaining("no end record");
        assertThatThrownBy(() -> open(new byte[0])).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> ZipStore.open(directory.resolve("b.zip").toString()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("b.zip")
                .hasMessageContaining("no such file");
        Files.createDirectory(directory.resolve("c.zip"));
        assertThatThrownBy(() -> ZipStore.open(directory.resolve("c.zip").toString()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is a directory");
    }

    /** Any altered byte is an error, or the right data, or a key that is not there; never another exception, and never another value. */
    @Test
    void alteredBytesAreFoundOrHarmless() throws IOException {
        for (boolean zip64 : new boolean[] {false, true}) {
            ZipBytes zip = new ZipBytes();
            zip.zip64 = zip64;
            byte[] good = zip.stored("a/0", text("zero, one"))
                    .deflated("a/1", text("one one one one one one"))
                    .toBytes();
            Random random = new Random(7);
            for (int at = 0; at < good.length; at++) {
                for (int bit = 0; bit < 8; bit += 3) {
                    byte[] bad = good.clone();
                    bad[at] ^= (byte) (1 << bit);
                    check(bad, at, bit);
                }
                check(Arrays.copyOf(good, at), at, -1);
            }
            for (int i = 0; i < 300; i++) {
                byte[] bad = good.clone();
                for (int n = 0; n < 6; n++) {
                    bad[random.nextInt(bad.length)] = (byte) (random.nextBoolean() ? -1 : random.nextInt());
                }
                check(bad, -1, i);
            }
        }
    }

    private void check(byte[] bad, int at, int bit) throws IOException {
        Path file = Files.write(directory.resolve("bad.zip"), bad);
        try (ZipStore store = ZipStore.open(file.toString())) {
            ByteBuffer zero = Stores.readWhole(store, new StoreKey("a/0"), 1000);
            ByteBuffer one = Stores.readWhole(store, new StoreKey("a/1"), 1000);
            assertThat(zero == null || zero.equals(ByteBuffer.wrap(text("zero, one"))))
                    .as("byte %d bit %d", at, bit)
                    .isTrue();
            assertThat(one == null || one.equals(ByteBuffer.wrap(text("one one one one one one"))))
                    .as("byte %d bit %d", at, bit)
                    .isTrue();
            store.list(StorePrefix.ROOT, entry -> {});
        } catch (RezarrException e) {
            assertThat(e).hasMessageContaining("bad.zip");
        }
    }

    @Test
    void nothingIsWritten() throws IOException {
        ZipStore store = open(new ZipBytes().stored("a", text("x")).toBytes());

        for (Runnable change : List.<Runnable>of(
                () -> store.set(new StoreKey("b"), ByteBuffer.allocate(1), Store.WriteMode.ATOMIC),
                () -> store.writer(new StoreKey("b"), Store.WriteMode.DIRECT),
                () -> store.delete(new StoreKey("a")),
                () -> store.deleteAll(StorePrefix.ROOT))) {
            assertThatThrownBy(change::run)
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("can only be read");
        }
    }
}
