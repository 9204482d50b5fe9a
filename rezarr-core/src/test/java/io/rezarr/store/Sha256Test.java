package io.rezarr.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class Sha256Test {
    private static String named(@Nullable String... namesAndValues) {
        MessageDigest digest = Sha256.start();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String value = namesAndValues[i + 1];
            Sha256.add(
                    digest,
                    String.valueOf(namesAndValues[i]),
                    value == null ? null : ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
        }
        return Sha256.hex(digest);
    }

    @Test
    void theHashOfATextIsTheOneOfTheStandard() {
        assertThat(Sha256.hex("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void aNamedValueIsHashedBehindItsNameAndLength() {
        assertThat(named("zarr.json", "{}", "a/.zattrs", null)).isEqualTo(Sha256.hex("zarr.json 2\n{}a/.zattrs -1\n"));
    }

    @Test
    void positionOfTheValueStays() {
        ByteBuffer value = ByteBuffer.allocate(4).position(1);
        Sha256.add(Sha256.start(), "name", value);
        assertThat(value.position()).isEqualTo(1);
    }
}
