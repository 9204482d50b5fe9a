package io.rezarr.codec.filter;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecConfiguration;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The filters by their ids of v2, and by the names under which v3 has them. */
public final class FilterCodecs {
    private static final String NUMCODECS = "numcodecs.";
    private static final Set<String> V2 = Set.of(
            DeltaFilter.NAME,
            ScaleOffsetFilter.NAME,
            AsTypeFilter.NAME,
            AsTypeFilter.QUANTIZE,
            BitRoundFilter.NAME,
            PackBitsFilter.NAME,
            ShuffleFilter.NAME,
            CategorizeFilter.NAME,
            Base64Filter.NAME);
    private static final Set<String> V3 = Set.of(
            NUMCODECS + DeltaFilter.NAME,
            NUMCODECS + ScaleOffsetFilter.NAME,
            NUMCODECS + AsTypeFilter.NAME,
            NUMCODECS + AsTypeFilter.QUANTIZE,
            NUMCODECS + BitRoundFilter.NAME,
            BitRoundFilter.NAME,
            NUMCODECS + PackBitsFilter.NAME,
            NUMCODECS + ShuffleFilter.NAME);
    private static final Pattern UNICODE = Pattern.compile("([<>])U([1-9][0-9]{0,7})");

    private FilterCodecs() {}

    /** The names in that family. */
    public static Set<String> names(CodecSpec.Family family) {
        return family == CodecSpec.Family.V2 ? V2 : V3;
    }

    /**
     * Makes a filter. Those of v2 see bytes, whatever the elements are; in v3 what they decode to must be the type of the elements.
     *
     * @param spec of a name that is one of {@link #names}
     * @param elements what it is given
     * @throws InvalidMetadataException if the configuration is wrong
     * @throws UnsupportedFeatureException if it is right, but readers disagree on what it means
     */
    public static BytesToBytesCodec create(CodecSpec spec, DataType elements) {
        return new Reader(spec, elements).read();
    }

    private static final class Reader {
        private final CodecSpec spec;
        private final String name;
        private final DataType elements;
        private final boolean isV3;
        /** {@code null} if the elements are no numbers. */
        private final @Nullable NumberType numbers;

        Reader(CodecSpec spec, DataType elements) {
            this.spec = spec;
            this.name = spec.name();
            this.elements = elements;
            this.isV3 = spec.family() == CodecSpec.Family.V3;
            this.numbers = NumberType.of(elements);
        }

        BytesToBytesCodec read() {
            return switch (name.startsWith(NUMCODECS) ? name.substring(NUMCODECS.length()) : name) {
                case DeltaFilter.NAME -> delta();
                case ScaleOffsetFilter.NAME -> scaleOffset();
                case AsTypeFilter.NAME -> asType();
                case AsTypeFilter.QUANTIZE -> quantize();
                case BitRoundFilter.NAME -> bitRound();
                case PackBitsFilter.NAME -> packBits();
                case ShuffleFilter.NAME -> shuffle();
                case CategorizeFilter.NAME -> categorize();
                case Base64Filter.NAME -> {
                    CodecConfiguration.of(spec);
                    yield new Base64Filter();
                }
                default ->
                    throw new IllegalArgumentException("name is " + name + ", must be one of " + names(spec.family()));
            };
        }

        private DeltaFilter delta() {
            CodecConfiguration configuration = CodecConfiguration.of(spec, "dtype", "astype");
            NumberType decoded = decoded(configuration, "dtype", null);
            NumberType encoded = encoded(configuration, "astype", decoded);
            if (decoded.isBool() || encoded.isBool() || (encoded.isFloat() && !decoded.isFloat())) {
                throw wrong(configuration, decoded.isBool() ? "dtype" : "astype", "integers, or floats as floats");
            }
            return new DeltaFilter(name, decoded, encoded);
        }

        private ScaleOffsetFilter scaleOffset() {
            CodecConfiguration configuration = CodecConfiguration.of(spec, "offset", "scale", "dtype", "astype");
            NumberType decoded = decoded(configuration, "dtype", isV3 ? numbers : null);
            NumberType encoded = encoded(configuration, "astype", decoded);
            double scale = real(configuration, "scale");
            if (scale == 0) {
                throw wrong(configuration, "scale", "a number that is not 0");
            }
            return new ScaleOffsetFilter(name, decoded, encoded, scale, real(configuration, "offset"));
        }

        private AsTypeFilter asType() {
            CodecConfiguration configuration = CodecConfiguration.of(spec, "encode_dtype", "decode_dtype");
            NumberType decoded = decoded(configuration, "decode_dtype", isV3 ? numbers : null);
            return new AsTypeFilter(name, decoded, encoded(configuration, "encode_dtype", null));
        }

        private AsTypeFilter quantize() {
            CodecConfiguration configuration = CodecConfiguration.of(spec, "digits", "dtype", "astype");
            NumberType decoded = decoded(configuration, "dtype", isV3 ? numbers : null);
            NumberType encoded = encoded(configuration, "astype", decoded);
            if (!decoded.isFloat() || !encoded.isFloat()) {
                throw wrong(configuration, decoded.isFloat() ? "astype" : "dtype", "a float type");
            }
            if (isV3 && !decoded.equals(encoded)) {
                throw new UnsupportedFeatureException("Codec '" + name + "' has 'astype' "
                        + encoded.toDataType().name() + " for elements of "
                        + decoded.toDataType().name()
                        + ", which zarr-python cannot read back. Its chunks can only be moved as they are.");
            }
            return new AsTypeFilter(name, decoded, encoded);
        }

        private BitRoundFilter bitRound() {
            CodecConfiguration configuration = CodecConfiguration.of(spec, "keepbits");
            configuration.integer("keepbits", 0, 64, 0);
            if (isV3 && (numbers == null || !numbers.isFloat())) {
                throw new UnsupportedFeatureException(
                        "Codec '" + name + "' is for floats of 16 to 64 bits, found elements of '" + elements.name()
                                + "'. Its chunks can only be moved as they are.");
            }
            return new BitRoundFilter(name, numbers == null ? new NumberType(DataType.Kind.UINT, 1, false) : numbers);
        }

        private PackBitsFilter packBits() {
            CodecConfiguration.of(spec);
            if (elements.kind() != DataType.Kind.BOOL && isV3) {
                throw new InvalidMetadataException(
                        "Codec '" + name + "' is for booleans, found elements of '" + elements.name() + "'.");
            }
            return new PackBitsFilter(name);
        }

        private ShuffleFilter shuffle() {
            CodecConfiguration configuration = CodecConfiguration.of(spec, "elementsize");
            boolean isAbsent = configuration.member("elementsize") == JsonLiteral.NULL;
            int size = isAbsent
                    ? elements.elementBytes()
                    : configuration.integer(
                            "elementsize", 0, Integer.MAX_VALUE, isV3 ? elements.elementBytes() : Integer.BYTES);
            return new ShuffleFilter(name, size);
        }

        private CategorizeFilter categorize() {
            CodecConfiguration configuration = CodecConfiguration.of(spec, "labels", "dtype", "astype");
            NumberType encoded = encoded(configuration, "astype", new NumberType(DataType.Kind.UINT, 1, false));
            String dtype = configuration.member("dtype") instanceof JsonString text ? text.value() : "";
            Matcher unicode = UNICODE.matcher(dtype);
            if (!unicode.matches()) {
                throw new UnsupportedFeatureException(
                        "Filter '" + name + "' is for strings of fixed length such as '<U5'," + " found the type '"
                                + dtype + "'. Its chunks can only be moved as they are.");
            }
            if (encoded.isFloat() || encoded.isBool()) {
                throw wrong(configuration, "astype", "an integer type");
            }
            int length = Integer.parseInt(unicode.group(2));
            Charset charset = Charset.forName(unicode.group(1).equals(">") ? "UTF-32BE" : "UTF-32LE");
            List<byte[]> decoded = new ArrayList<>();
            decoded.add(new byte[4 * length]);
            long most = encoded.bytes() >= 4
                    ? Integer.MAX_VALUE
                    : (1L << (8 * encoded.bytes() - (encoded.kind() == DataType.Kind.INT ? 1 : 0))) - 1;
            List<String> labels = labels(configuration);
            for (int i = 0; i < Math.min(labels.size(), most); i++) {
                decoded.add(padded(labels.get(i), length, charset));
            }
            return new CategorizeFilter(4 * length, encoded, decoded);
        }

        private List<String> labels(CodecConfiguration configuration) {
            if (!(configuration.member("labels") instanceof JsonArray array)) {
                throw wrong(configuration, "labels", "an array of strings");
            }
            List<String> labels = new ArrayList<>();
            for (JsonValue item : array.items()) {
                if (!(item instanceof JsonString text)) {
                    throw wrong(configuration, "labels", "an array of strings");
                }
                labels.add(text.value());
            }
            return labels;
        }

        /** As NumPy stores it: cut to the length. */
        private static byte[] padded(String label, int length, Charset charset) {
            int[] codePoints = label.codePoints().limit(length).toArray();
            ByteBuffer bytes = charset.encode(new String(codePoints, 0, codePoints.length));
            byte[] element = new byte[4 * length];
            bytes.get(element, 0, bytes.remaining());
            return element;
        }

        private NumberType decoded(CodecConfiguration configuration, String member, @Nullable NumberType absent) {
            NumberType type = NumberType.of(configuration, member, absent);
            if (isV3) {
                type.requireLittleEndian(name);
                if (!type.equals(numbers)) {
                    throw wrong(configuration, member, "the type of the elements, " + elements.name());
                }
            }
            return type;
        }

        private NumberType encoded(CodecConfiguration configuration, String member, @Nullable NumberType absent) {
            NumberType type = NumberType.of(configuration, member, absent);
            if (isV3) {
                type.requireLittleEndian(name);
            }
            return type;
        }

        private static double real(CodecConfiguration configuration, String member) {
            if (configuration.member(member) instanceof JsonNumber number) {
                double value = Double.parseDouble(number.text());
                if (Double.isFinite(value)) {
                    return value;
                }
            }
            throw wrong(configuration, member, "a number");
        }

        private static InvalidMetadataException wrong(
                CodecConfiguration configuration, String member, String expected) {
            return configuration.wrong(member, expected, configuration.member(member));
        }
    }
}
