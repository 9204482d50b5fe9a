package io.rezarr.codec.checksum;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecConfiguration;
import io.rezarr.codec.CodecProvider;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** crc32c of v3, and the checksums of numcodecs by the names of both versions. */
public final class ChecksumCodecs implements CodecProvider {
    private static final String CRC32C = "crc32c";
    private static final String NUMCODECS = "numcodecs.";
    private static final Set<String> V2 = Set.of(CRC32C, "crc32", "adler32", "fletcher32", "jenkins_lookup3");
    private static final Set<String> V3 = v3Names();

    private static Set<String> v3Names() {
        Set<String> names = new HashSet<>(Set.of(CRC32C));
        V2.forEach(id -> names.add(NUMCODECS + id));
        return Set.copyOf(names);
    }

    @Override
    public Set<String> names(CodecSpec.Family family) {
        return family == CodecSpec.Family.V3 ? V3 : V2;
    }

    @Override
    public BytesToBytesCodec create(CodecSpec spec, int elementBytes) {
        String name = spec.name();
        if (spec.family() == CodecSpec.Family.V3 && name.equals(CRC32C)) {
            CodecConfiguration.of(spec);
            return new ChecksumCodec(CRC32C, Checksum.CRC32C, false, 0);
        }
        return switch (name.startsWith(NUMCODECS) ? name.substring(NUMCODECS.length()) : name) {
            case CRC32C -> located(spec, Checksum.CRC32C, "end");
            case "crc32" -> located(spec, Checksum.CRC32, "start");
            case "adler32" -> located(spec, Checksum.ADLER32, "start");
            case "fletcher32" -> {
                CodecConfiguration.of(spec);
                yield new ChecksumCodec(name, Checksum.FLETCHER32, false, 0);
            }
            case "jenkins_lookup3" -> jenkins(spec);
            default ->
                throw new IllegalArgumentException("name is " + name + ", must be one of " + names(spec.family()));
        };
    }

    private static ChecksumCodec located(CodecSpec spec, Checksum checksum, String absent) {
        CodecConfiguration configuration = CodecConfiguration.of(spec, "location");
        boolean isAbsent = configuration.member("location") == JsonLiteral.NULL;
        String location = isAbsent ? absent : configuration.oneOf("location", List.of("start", "end"), absent);
        return new ChecksumCodec(spec.name(), checksum, "start".equals(location), 0);
    }

    private static ChecksumCodec jenkins(CodecSpec spec) {
        CodecConfiguration configuration = CodecConfiguration.of(spec, "initval", "prefix");
        JsonValue prefix = configuration.member("prefix");
        if (prefix != null && prefix != JsonLiteral.NULL) {
            throw new UnsupportedFeatureException("Codec '" + spec.name()
                    + "' has a 'prefix', which numcodecs cannot read from metadata either; supported is none (null).");
        }
        int seed = configuration.integer("initval", Integer.MIN_VALUE, Integer.MAX_VALUE, 0);
        return new ChecksumCodec(spec.name(), Checksum.JENKINS_LOOKUP3, false, seed);
    }
}
