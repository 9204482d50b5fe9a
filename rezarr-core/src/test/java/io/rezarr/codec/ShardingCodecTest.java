package io.rezarr.codec;

import static io.rezarr.testkit.Specs.BIG;
import static io.rezarr.testkit.Specs.CRC32C;
import static io.rezarr.testkit.Specs.LITTLE;
import static io.rezarr.testkit.Specs.sharding;
import static io.rezarr.testkit.Specs.transpose;
import static io.rezarr.testkit.Specs.v3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import io.rezarr.testkit.CodecContract;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShardingCodecTest {
    private static final DataType UINT16 = new DataType("uint16", DataType.Kind.UINT, 2, List.of(new ByteRun(0, 2, 1)));
    private static final byte[] FILL = {7, 0};

    private final Workspace workspace = new Workspace();

    @AfterEach
    void closeWorkspace() {
        workspace.close();
    }

    private static CodecChain chain(Shape shard, CodecSpec... codecs) {
        return CodecChain.of(List.of(codecs), UINT16, List.of(), FILL, shard);
    }

    private static ShardingCodec shardingOf(CodecChain chain) {
        return Objects.requireNonNull(chain.sharding());
    }

    @Test
    void positionsFollowTheTransposedAxesAndShapesThoseOfTheArray() {
        CodecChain chain = chain(Shape.of(6, 9, 4), transpose(2, 0, 1), sharding(List.of(2, 3, 3), LITTLE));
        ShardingCodec sharding = shardingOf(chain);
        assertThat(sharding.innerShape()).isEqualTo(Shape.of(3, 3, 2));
        assertThat(sharding.innerChunksPerShard()).isEqualTo(Shape.of(2, 3, 2));
        assertThat(sharding.inner().layout().axisOrder()).containsExactly(2, 0, 1);
        assertThat(sharding.position(new long[] {0, 1, 0})).isEqualTo(1);
        assertThat(sharding.position(new long[] {1, 0, 0})).isEqualTo(3);
        assertThat(sharding.position(new long[] {0, 0, 1})).isEqualTo(6);
        for (int position = 0; position < 12; position++) {
            assertThat(sharding.position(sharding.innerIndex(position))).isEqualTo(position);
        }
        assertThatThrownBy(() -> sharding.position(new long[] {2, 0, 0})).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(chain.hasReadableInnerChunks()).isTrue();
        assertThat(chain.layout()).isEqualTo(sharding.inner().layout());
    }

    @Test
    void innerShapeMustFitTheShard() {
        assertThatThrownBy(() -> chain(Shape.of(8, 8), sharding(List.of(3, 4), LITTLE)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("3 does not divide 8 (axis 0)");
        assertThatThrownBy(() -> chain(Shape.of(8, 8), sharding(List.of(4), LITTLE)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("has 1 axes, the shard (8, 8) has 2");
        assertThatThrownBy(() -> chain(Shape.of(8, 8), sharding(List.of(0, 4), LITTLE)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("each at least 1, found [0, 4]");
        assertThatThrownBy(() -> chain(Shape.of(8), sharding("middle", List.of(4), List.of(LITTLE), LITTLE)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'index_location' must be one of [start, end], found \"middle\"");
        assertThatThrownBy(() -> chain(Shape.of(8), v3("sharding_indexed", "chunk_shape", List.of(4))))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'codecs' must be an array of codecs, found none");
    }

    @Test
    void indexCodecsMustBeOfFixedSize() {
        assertThatThrownBy(() -> chain(Shape.of(8), sharding("end", List.of(4), List.of(LITTLE, v3("gzip")), LITTLE)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("index_codecs [bytes, gzip] must make a fixed number of bytes");
        assertThatThrownBy(() -> chain(Shape.of(8), sharding("end", List.of(4), List.of(v3("bytes")), LITTLE)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("uint64");
        assertThatThrownBy(() -> chain(Shape.of(1L << 40), sharding(List.of(1), LITTLE)))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("1099511627776");
    }

    @Test
    void indexIsWhatTheSpecificationSays() {
        ShardingCodec big = shardingOf(chain(Shape.of(8), sharding("end", List.of(4), List.of(BIG), LITTLE)));
        ShardIndex index = new ShardIndex(2);
        index.set(1, 5, 258);
        assertThat(CodecContract.bytesOf(big.encodeIndex(index, workspace)))
                .isEqualTo(
                        java.util.HexFormat.of().parseHex("ff".repeat(16) + "0000000000000005" + "0000000000000102"));
        assertThat(big.indexBytes()).isEqualTo(32);
        ShardingCodec usual = shardingOf(chain(Shape.of(8), sharding(List.of(4), LITTLE)));
        assertThat(usual.indexBytes()).isEqualTo(36);
        ShardIndex decoded = usual.decodeIndex(usual.encodeIndex(index, workspace), 300, workspace);
        assertThat(decoded.isAbsent(0)).isTrue();
        assertThat(decoded.offset(1)).isEqualTo(5);
        assertThat(decoded.length(1)).isEqualTo(258);
    }

    @Test
    void indexThatPointsOutsideTheShardIsRefusedWithTheFigures() {
        assertRefused(0, 100, 1, "offset 100 and length 1; expected both inside the 100 bytes of the shard");
        assertRefused(1, 99, 2, "position 1 has offset 99 and length 2");
        assertRefused(0, 0, 101, "offset 0 and length 101");
        assertRefused(0, -2, 4, "offset 18446744073709551614 and length 4");
        assertRefused(0, Long.MAX_VALUE, Long.MAX_VALUE, "offset 9223372036854775807");
        assertRefused(0, 4, Long.MIN_VALUE, "length 9223372036854775808");
        assertRefused(0, -1, 4, "offset 18446744073709551615 and length 4, one of which says that it is absent");
        assertRefused(0, 4, -1, "length 18446744073709551615, one of which says that it is absent");
    }

    private void assertRefused(int position, long offset, long length, String message) {
        ShardingCodec sharding = shardingOf(chain(Shape.of(8), sharding(List.of(4), LITTLE)));
        ShardIndex index = new ShardIndex(2);
        index.set(position, offset, length);
        ByteBuffer encoded = sharding.encodeIndex(index, workspace);
        assertThatThrownBy(() -> sharding.decodeIndex(encoded, 100, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageStartingWith("shard index at byte ")
                .hasMessageContaining(message);
    }

    @Test
    void brokenIndexIsRefused() {
        ShardingCodec sharding = shardingOf(chain(Shape.of(8), sharding(List.of(4), LITTLE)));
        byte[] encoded = CodecContract.bytesOf(sharding.encodeIndex(new ShardIndex(2), workspace));
        assertThatThrownBy(() -> sharding.decodeIndex(ByteBuffer.wrap(encoded, 0, 35), 100, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage("shard index at byte 0: expected 36 bytes for 2 inner chunks, found 35");
        encoded[3] ^= 1;
        assertThatThrownBy(() -> sharding.decodeIndex(ByteBuffer.wrap(encoded), 100, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("shard index")
                .hasMessageContaining("checksum stored is");
    }

    @Test
    void shardShorterThanItsIndexIsRefused() {
        CodecChain chain = chain(Shape.of(8), sharding(List.of(4), LITTLE));
        for (int bytes : new int[] {0, 10, 35}) {
            assertThatThrownBy(() -> chain.decode(ByteBuffer.allocate(bytes), workspace))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("expected at least the 36 bytes of the index, found " + bytes);
        }
    }

    @Test
    void innerChunkOfWrongSizeIsNamed() {
        CodecChain chain = chain(Shape.of(8), sharding("start", List.of(4), List.of(LITTLE), LITTLE));
        ByteBuffer shard = ByteBuffer.allocate(32 + 8 + 7).order(ByteOrder.LITTLE_ENDIAN);
        shard.putLong(32).putLong(8).putLong(40).putLong(7).rewind();
        for (Runnable read :
                List.<Runnable>of(() -> chain.decode(shard, workspace), () -> chain.check(shard, workspace))) {
            assertThatThrownBy(read::run)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage("sharding_indexed at byte 40: inner chunk (1) of 7 bytes:"
                            + " bytes at byte 0: expected 8 bytes for a chunk of (4) elements of 2 bytes, found 7");
        }
    }

    @Test
    void innerChunksMayOverlapAndStandInAnyOrder() {
        CodecChain chain = chain(Shape.of(4), sharding("start", List.of(1), List.of(LITTLE), LITTLE));
        ByteBuffer shard = ByteBuffer.allocate(64 + 5).order(ByteOrder.LITTLE_ENDIAN);
        shard.putLong(67)
                .putLong(2)
                .putLong(64)
                .putLong(2)
                .putLong(65)
                .putLong(2)
                .putLong(-1)
                .putLong(-1);
        shard.put(new byte[] {1, 2, 3, 4, 5}).rewind();
        assertThat(CodecContract.bytesOf(chain.decode(shard, workspace))).containsExactly(4, 5, 1, 2, 2, 3, 7, 0);
    }

    @Test
    void absentInnerChunksAreTheFillValueInTheLayoutsByteOrder() {
        CodecChain chain = chain(Shape.of(2, 4), transpose(1, 0), sharding(List.of(2, 1), BIG));
        ShardingCodec sharding = shardingOf(chain);
        ByteBuffer empty = sharding.encodeIndex(new ShardIndex(4), workspace);
        assertThat(CodecContract.bytesOf(chain.decode(empty, workspace)))
                .isEqualTo(java.util.HexFormat.of().parseHex("0007".repeat(8)));
    }

    @Test
    void innerChunksOfFillValueAreLeftOut() {
        CodecChain chain = chain(Shape.of(4, 4), sharding(List.of(2, 2), LITTLE));
        ByteBuffer decoded = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 16; i++) {
            decoded.putShort(2 * i, (short) (i == 15 ? 9 : 7));
        }
        ByteBuffer shard = chain.encode(decoded, workspace);
        assertThat(shard.remaining()).isEqualTo(8 + 68);
        assertThat(CodecContract.bytesOf(shard)).startsWith(7, 0, 7, 0, 7, 0, 9, 0);
        assertThat(CodecContract.bytesOf(chain.decode(shard, workspace))).isEqualTo(decoded.array());
    }

    @Test
    void shardInsideAnotherCodecHasNoReadableInnerChunks() {
        CodecChain chain = chain(Shape.of(8), sharding(List.of(4), LITTLE), v3("gzip"));
        assertThat(chain.hasReadableInnerChunks()).isFalse();
        byte[] data = new byte[16];
        Arrays.fill(data, (byte) 3);
        assertThat(CodecContract.bytesOf(chain.decode(chain.encode(ByteBuffer.wrap(data), workspace), workspace)))
                .isEqualTo(data);
    }

    @Test
    void shardBeyondMemoryIsResolvedAndItsInnerChunksAreCoded() {
        CodecChain chain = chain(Shape.of(1 << 20, 1 << 14), sharding(List.of(1 << 12, 1 << 7), LITTLE, CRC32C));
        assertThat(chain.decodedBytes()).isEqualTo(1L << 35);
        assertThatThrownBy(() -> chain.decode(ByteBuffer.allocate(9), workspace))
                .isInstanceOf(UnsupportedFeatureException.class);
        CodecChain inner = shardingOf(chain).inner();
        assertThat(inner.decodedBytes()).isEqualTo(1 << 20);
        assertThat(inner.workspaceBytes()).isBetween(1L << 20, 2L << 20);
        assertThat(shardingOf(chain).position(new long[] {255, 127})).isEqualTo((1 << 15) - 1);
    }
}
