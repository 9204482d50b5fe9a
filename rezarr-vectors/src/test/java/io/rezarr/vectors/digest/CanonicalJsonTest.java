package io.rezarr.vectors.digest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    private static String canonical(String json) {
        return CanonicalJson.text(Json.parse(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), "test"));
    }

    @Test
    void spellingAndOrderHaveNoPartInIt() {
        assertThat(canonical("{\"b\": [3.0, 1e2], \"a\": null, \"c\": \"3\"}"))
                .isEqualTo(canonical("{\"c\":\"3\",\"b\":[3,100]}"));
        assertThat(canonical("[0.0, -0.0, 1e-3]")).isEqualTo(canonical("[0, 0, 0.001]"));
    }

    @Test
    void valuesHave() {
        assertThat(canonical("3")).isNotEqualTo(canonical("\"3\""));
        assertThat(canonical("[1, 2]")).isNotEqualTo(canonical("[2, 1]"));
        assertThat(canonical("18446744073709551615")).isNotEqualTo(canonical("18446744073709551614"));
    }

    @Test
    void hugeExponentsStayAsTheyAreWritten() {
        assertThat(canonical("1e999999999")).isEqualTo("1e999999999");
        assertThat(canonical("NaN")).isEqualTo("NaN");
    }
}
