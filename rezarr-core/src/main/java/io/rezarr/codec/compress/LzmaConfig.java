package io.rezarr.codec.compress;

import io.rezarr.codec.CodecConfiguration;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;

/**
 * The configuration of lzma, as Python's {@code lzma} module has it.
 *
 * @param deltaDistance of a delta filter before the compression; 0 if there is none
 * @param dictBytes the longest way back that matches reach, which a decoder must hold in memory
 */
record LzmaConfig(Format format, int check, int preset, int deltaDistance, int dictBytes) {
    enum Format {
        XZ,
        ALONE,
        RAW
    }

    private static final int DEFAULT_PRESET = 6;
    private static final int MAX_PRESET = 9;
    /** {@code lzma.PRESET_EXTREME}, a flag for the encoder only. */
    private static final long EXTREME = 1L << 31;

    /** By preset. */
    private static final int[] DICT_BYTES = {
        1 << 18, 1 << 20, 1 << 21, 1 << 22, 1 << 22, 1 << 23, 1 << 23, 1 << 24, 1 << 25, 1 << 26
    };

    private static final long DELTA = 3;
    private static final long LZMA2 = 0x21;
    private static final long LZMA1 = 0x4000_0000_0000_0001L;

    static LzmaConfig of(CodecSpec spec) {
        CodecConfiguration configuration = CodecConfiguration.of(spec, "format", "check", "preset", "filters");
        Format format = switch ((int) number(configuration, "format", configuration.member("format"), 1, 1, 3)) {
            case 1 -> Format.XZ;
            case 2 -> Format.ALONE;
            default -> Format.RAW;
        };
        int check = check(configuration, format);
        List<JsonValue> filters = filters(configuration);
        int preset = preset(configuration, configuration.member("preset"));
        if (filters.isEmpty()) {
            if (format == Format.RAW) {
                throw configuration.wrong("filters", "a list of filters, since the format is raw", null);
            }
            return new LzmaConfig(format, check, preset, 0, dictBytes(preset));
        }
        return withFilters(configuration, format, check, filters);
    }

    private static LzmaConfig withFilters(
            CodecConfiguration configuration, Format format, int check, List<JsonValue> filters) {
        int distance = 0;
        for (int i = 0; i < filters.size(); i++) {
            JsonObject filter = objectOf(configuration, filters.get(i));
            long id = number(configuration, "filters", filter.member("id"), -1, 0, Long.MAX_VALUE);
            boolean isLast = i == filters.size() - 1;
            if (id == DELTA && i == 0 && !isLast && format != Format.ALONE) {
                distance = (int) number(configuration, "filters", filter.member("dist"), 1, 1, 256);
            } else if (isLast && id == (format == Format.ALONE ? LZMA1 : LZMA2)) {
                int preset = preset(configuration, filter.member("preset"));
                long dict = number(
                        configuration,
                        "filters",
                        filter.member("dict_size"),
                        dictBytes(preset),
                        LZMA2Options.DICT_SIZE_MIN,
                        LZMA2Options.DICT_SIZE_MAX);
                return new LzmaConfig(format, check, preset, distance, (int) dict);
            } else {
                break;
            }
        }
        throw new UnsupportedFeatureException(
                "Codec 'lzma' has filters other than LZMA2 (33), alone or behind delta (3), or LZMA1 in the format 'alone'."
                        + " Its chunks can only be moved as they are.");
    }

    private static int check(CodecConfiguration configuration, Format format) {
        long check = number(configuration, "check", configuration.member("check"), -1, -1, 15);
        if (check == -1) {
            return format == Format.XZ ? XZ.CHECK_CRC64 : XZ.CHECK_NONE;
        }
        if (check != XZ.CHECK_NONE && check != XZ.CHECK_CRC32 && check != XZ.CHECK_CRC64 && check != XZ.CHECK_SHA256) {
            throw configuration.wrong("check", "-1, 0, 1, 4 or 10", configuration.member("check"));
        }
        return (int) check;
    }

    private static List<JsonValue> filters(CodecConfiguration configuration) {
        JsonValue filters = configuration.member("filters");
        if (filters == null || filters == JsonLiteral.NULL) {
            return List.of();
        }
        if (filters instanceof JsonArray array) {
            return array.items();
        }
        throw configuration.wrong("filters", "a list of filters, or null", filters);
    }

    private static JsonObject objectOf(CodecConfiguration configuration, JsonValue filter) {
        if (filter instanceof JsonObject object) {
            return object;
        }
        throw configuration.wrong("filters", "a list of objects with an id", filter);
    }

    private static int preset(CodecConfiguration configuration, @Nullable JsonValue value) {
        long preset = number(configuration, "preset", value, DEFAULT_PRESET, 0, EXTREME + MAX_PRESET);
        long level = preset & ~EXTREME;
        if (level > MAX_PRESET) {
            throw configuration.wrong("preset", "0 to 9, perhaps with 2^31 added", value);
        }
        return (int) level;
    }

    private static int dictBytes(int preset) {
        return DICT_BYTES[preset];
    }

    private static long number(
            CodecConfiguration configuration,
            String member,
            @Nullable JsonValue value,
            long absent,
            long min,
            long max) {
        if (value == null || value == JsonLiteral.NULL) {
            return absent;
        }
        if (value instanceof JsonNumber number && number.text().matches("-?[0-9]{1,19}")) {
            try {
                long found = Long.parseLong(number.text());
                if (found >= min && found <= max) {
                    return found;
                }
            } catch (NumberFormatException e) {
                throw configuration.wrong(member, "numbers from " + min + " to " + max, value);
            }
        }
        throw configuration.wrong(member, "numbers from " + min + " to " + max, value);
    }
}
